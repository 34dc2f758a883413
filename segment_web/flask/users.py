"""Who is logged in: asked of Flask-Login (which Flask-Security builds on), else of the setting ``user_loader``: a callable,
or the key under which the application itself keeps its user in the session."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request, session

from segment_web.flask.installed import EXTENSION
from segment_web.flask.running import is_running
from segment_web.logs import internal_error


def authenticated(app: Flask, request: Request) -> object | None:
    """The logged-in user of ``request``, None when nobody is, or when another request is running by now."""
    if not is_running(request):
        return None
    try:
        if hasattr(app, "login_manager"):
            return _of_flask_login()
        load = app.extensions[EXTENSION].client.settings.user_loader
        if isinstance(load, str):
            return session.get(load)
        return None if load is None else load(request)
    except Exception as error:  # noqa: BLE001 - no database, the application's own code: an anonymous event, not an error
        internal_error("the request's user", error)
        return None


def _of_flask_login() -> object | None:
    from flask_login import current_user

    user: Any = current_user._get_current_object()
    return user if user is not None and user.is_authenticated else None
