"""Django's authentication announces; :mod:`segment_web.web.accounts.lifecycle` says what is said of it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import post_save
from django.http import HttpRequest

from segment_web.django.accounts.guarded import guarded
from segment_web.django.commit import on_commit
from segment_web.django.request.adapter import cached_user
from segment_web.django.request.impersonation import EXCHANGES
from segment_web.scopes.current import current
from segment_web.web.accounts import lifecycle
from segment_web.web.accounts.call_stack import called_from
from segment_web.web.request.request_analytics import RequestAnalytics
from segment_web.web.request.web_scope import web_scope


def connect() -> None:
    """Listens to logins, logouts, new users and new passwords."""
    user_logged_in.connect(_logged_in, dispatch_uid="segment_web.login")
    user_logged_out.connect(_logged_out, dispatch_uid="segment_web.logout")
    post_save.connect(_saved, dispatch_uid="segment_web.signup")


def _logged_in(sender: Any, user: Any, request: HttpRequest | None = None, **_: Any) -> None:
    exchanged = called_from(EXCHANGES)

    def say(segment: RequestAnalytics) -> None:
        before = cached_user(request)  # type: ignore[arg-type] # there is one, or nobody to say anything
        if not getattr(before, "is_authenticated", False):
            before = None  # Django keeps an AnonymousUser for nobody: a visitor who logs in stays the same visitor
        over_another = _is_new_session(getattr(request, "session", None))
        lifecycle.signed_in(segment, user, before=before, over_another=over_another, impersonated=exchanged)

    guarded("login", request, say)


def _logged_out(sender: Any, user: Any, request: HttpRequest | None = None, **_: Any) -> None:
    exchanged = called_from(EXCHANGES)

    def say(segment: RequestAnalytics) -> None:
        lifecycle.signed_out(segment, _as_known(user, request, segment.scope.rules.user_id), exchanged=exchanged)

    guarded("logout", request, say)


def _as_known(user: Any, request: Any, reader: Any) -> Any:
    """Who has deleted their account and is logged out has no primary key any more; the session still has it."""
    if user is None or reader != "pk" or getattr(user, "pk", user) is not None:
        return user
    return request.session.get(SESSION_KEY)


def _saved(sender: Any, instance: Any, created: bool, raw: bool, using: str, **signal: Any) -> None:
    if raw or (scope := web_scope(current())) is None or not isinstance(instance, get_user_model()):
        return
    defer, request = partial(on_commit, using=using), scope.request.native
    if created:
        guarded("sign-up", request, lambda segment: lifecycle.signed_up(segment, instance, defer=defer))
    elif _has_new_password(instance, signal.get("update_fields")):
        guarded("password", request, lambda segment: lifecycle.password_changed(segment, instance, defer=defer))


def _has_new_password(user: Any, fields: Any) -> bool:
    """Whether ``set_password`` was called since the last save: Django keeps what it was given until this one is over, for
    the password validators. A hash that is only renewed at a login leaves nothing there."""
    return getattr(user, "_password", None) is not None and (fields is None or "password" in fields)


def _is_new_session(session: Any) -> bool:
    """Whether Django's login has just thrown a session away, which it does with another user's: it has no key yet. A
    visitor's own session gets another key, and logins without a session leave it alone."""
    return (
        getattr(session, "modified", False) and getattr(session, "session_key", "") is None and SESSION_KEY in session
    )
