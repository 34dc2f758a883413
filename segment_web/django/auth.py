"""Django's authentication announces; :mod:`segment_web.web.accounts` says what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import post_save
from django.http import HttpRequest

from segment_web.django.adapter import cached_user
from segment_web.django.commit import on_commit
from segment_web.logs import internal_error
from segment_web.scopes.current import current
from segment_web.web import accounts
from segment_web.web.capture import web_scope
from segment_web.web.request_analytics import RequestAnalytics


def connect() -> None:
    """Listens to logins, logouts and new users."""
    user_logged_in.connect(_logged_in, dispatch_uid="segment_web.login")
    user_logged_out.connect(_logged_out, dispatch_uid="segment_web.logout")
    post_save.connect(_saved, dispatch_uid="segment_web.signup")


def _logged_in(sender: Any, user: Any, request: HttpRequest | None = None, **_: Any) -> None:
    before = cached_user(request) if request is not None else None
    if not getattr(before, "is_authenticated", False):
        before = None  # Django keeps an AnonymousUser for nobody: a visitor who logs in stays the same visitor

    def say(segment: RequestAnalytics) -> None:
        over_another = _is_new_session(getattr(request, "session", None))
        accounts.signed_in(segment, user, before=before, over_another=over_another)

    _guarded("login", request, say)


def _logged_out(sender: Any, user: Any, request: HttpRequest | None = None, **_: Any) -> None:
    _guarded("logout", request, lambda segment: accounts.signed_out(segment, user))


def _saved(sender: Any, instance: Any, created: bool, raw: bool, using: str, **_: Any) -> None:
    if created and not raw and (scope := web_scope(current())) is not None and isinstance(instance, get_user_model()):
        defer = partial(on_commit, using=using)
        request = scope.request.native
        _guarded("sign-up", request, lambda segment: accounts.signed_up(segment, instance, defer=defer))


def _is_new_session(session: Any) -> bool:
    """Whether Django's login has just thrown a session away, which it does with another user's: it has no key yet. A
    visitor's own session gets another key, and logins without a session leave it alone."""
    return (
        getattr(session, "modified", False) and getattr(session, "session_key", "") is None and SESSION_KEY in session
    )


def _guarded(place: str, request: object, say: Callable[[RequestAnalytics], None]) -> None:
    segment = getattr(request, "segment", None)
    if isinstance(segment, RequestAnalytics):
        try:
            say(segment)
        except Exception as error:  # noqa: BLE001 - a login must not fail because of analytics
            internal_error(place, error)
