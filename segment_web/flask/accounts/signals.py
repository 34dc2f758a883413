"""Flask-Login and Flask-Security announce; :mod:`segment_web.web.accounts.lifecycle` says what is said of it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from flask import Flask, request, request_started, session

from segment_web.flask.current import running_segment
from segment_web.logs import internal_error
from segment_web.web.accounts import lifecycle, pending
from segment_web.web.accounts.call_stack import called_from
from segment_web.web.request.request_analytics import RequestAnalytics

LOGGED_IN = "_user_id"  # where Flask-Login keeps a session's user
RENEWALS = frozenset({"flask_security.changeable"})  # what logs in there goes on with the session of who is logged in


def connect(app: Flask) -> None:
    """Listens to the logins, logouts and registrations of ``app``, as far as their extensions are installed."""
    if find_spec("flask_login") is not None:
        from flask_login.signals import user_logged_in, user_logged_out

        user_logged_in.connect(_logged_in, app)
        user_logged_out.connect(_logged_out, app)
    request_started.connect(_connect_security, app)


def signed_up(user: object) -> None:
    """The visitor of the running request has become ``user``; nothing outside of a request, where nobody signs up."""
    _guarded("sign-up", lambda segment: lifecycle.signed_up(segment, user))


def signed_in(user: object, before: object | None = None) -> None:
    """The visitor of the running request, until now ``before`` or nobody, has logged in as ``user``."""
    _guarded("login", lambda segment: lifecycle.signed_in(segment, user, before=before))


def signed_out(user: object | None = None) -> None:
    """``user``, else whoever is logged in, has logged out in the running request."""
    _guarded("logout", lambda segment: lifecycle.signed_out(segment, segment.scope.user if user is None else user))


def _connect_security(app: Flask, **_: Any) -> None:
    """At the first request, when it is known whether Flask-Security is in use: it is large, and brings much along."""
    request_started.disconnect(_connect_security, app)
    signals = sys.modules.get("flask_security.signals")
    for name, receive in SECURITY.items():
        if (signal := getattr(signals, name, None)) is not None:  # not every release has each
            signal.connect(receive, app)


def _logged_in(app: Flask, user: object, **_: Any) -> None:
    if called_from(RENEWALS):
        return
    over_another = _is_over_another(app)
    _guarded("login", lambda segment: lifecycle.signed_in(segment, user, over_another=over_another))


def _logged_out(app: Flask, user: Any, **_: Any) -> None:
    def say(segment: RequestAnalytics) -> None:
        lifecycle.signed_out(segment, user if getattr(user, "is_authenticated", False) else None)

    _guarded("logout", say)


def _registered(app: Flask, user: Any, **_: Any) -> None:
    _store(user)
    signed_up(user)


def _changed(app: Flask, user: Any, **_: Any) -> None:
    _guarded("a confirmation", lambda segment: pending.traits_changed(segment, user))


def _failed(app: Flask, **_: Any) -> None:
    _guarded("a failed login", pending.login_failed)


def _password_changed(app: Flask, user: Any, **_: Any) -> None:
    _guarded("a password", lambda segment: lifecycle.password_changed(segment, user))


# What Flask-Security announces, and who receives it.
SECURITY: dict[str, Callable[..., None]] = {
    "user_registered": _registered,
    "user_confirmed": _changed,
    "change_email_confirmed": _changed,
    "username_changed": _changed,
    "user_failed_authn": _failed,
    "password_changed": _password_changed,
    "password_reset": _password_changed,
}


def _is_over_another(app: Flask) -> bool:
    """Whether the session that the browser sent, opened once more because the login wrote into it, is another user's; or,
    where it has expired, the cookie by which Flask-Login remembers its user."""
    try:
        sent = app.session_interface.open_session(app, request)
        before = (None if sent is None else sent.get(LOGGED_IN)) or _remembered(app)
        return before is not None and before != session.get(LOGGED_IN)
    except Exception as error:  # noqa: BLE001 - the application's own session
        internal_error("the session", error)
        return False


def _remembered(app: Flask) -> str | None:
    from flask_login import COOKIE_NAME
    from flask_login.utils import decode_cookie

    cookie = request.cookies.get(app.config.get("REMEMBER_COOKIE_NAME", COOKIE_NAME))
    return None if cookie is None else decode_cookie(cookie)


def _store(user: object) -> None:
    """Flask-Security announces users before they are stored, so that they have no id yet; an error that the flush
    raises is the one that the commit would."""
    try:
        from sqlalchemy.exc import NoInspectionAvailable
        from sqlalchemy.orm import object_session
        from sqlalchemy.orm.exc import UnmappedInstanceError
    except ImportError:
        return
    try:
        session = object_session(user)
    except (NoInspectionAvailable, UnmappedInstanceError):
        return  # another kind of datastore
    if session is not None:
        session.flush()


def _guarded(place: str, say: Callable[[RequestAnalytics], None]) -> None:
    try:
        segment = running_segment()
        if segment is not None:
            say(segment)
    except Exception as error:  # noqa: BLE001 - a login must not fail because of analytics
        internal_error(place, error)
