"""The logged-in user: by the setting ``user_loader`` (a callable, or the key under which the application itself keeps its
user in the session), else by Flask-Login, which Flask-Security builds on."""

from __future__ import annotations

import sys
from typing import Any

from flask import Flask, Request, session

from segment_web.flask.installed import EXTENSION
from segment_web.flask.running import is_running
from segment_web.logs import internal_error

FLASK_LOGIN, MANAGER = "flask_login", "login_manager"  # the package, and where it puts its manager on an application


def authenticated(app: Flask, request: Request) -> object | None:
    """The logged-in user of ``request``, None when nobody is, or when another request is running by now."""
    if not is_running(request):
        return None
    try:
        load = app.extensions[EXTENSION].client.settings.user_loader
        if load is None:
            return _of_flask_login(app)
        return session.get(load) if isinstance(load, str) else load(request)
    except Exception as error:  # noqa: BLE001 - no database, the application's own code: an anonymous event, not an error
        internal_error("the request's user", error)
        return None


def _of_flask_login(app: Flask) -> object | None:
    if not has_flask_login(app):
        return None
    user: Any = sys.modules[FLASK_LOGIN].current_user._get_current_object()
    return user if user is not None and user.is_authenticated else None


def has_flask_login(app: Flask) -> bool:
    """Whether the ``login_manager`` of ``app`` is Flask-Login's: other packages use this name, too."""
    package = sys.modules.get(FLASK_LOGIN)
    return package is not None and isinstance(getattr(app, MANAGER, None), package.LoginManager)
