"""Logins and logouts of applications that keep their user in the session themselves, under a key that ``user_loader`` names."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Flask, Response, request

from segment_web.flask.accounts import signals
from segment_web.flask.current import running_segment
from segment_web.flask.running import session_of_now
from segment_web.logs import internal_error
from segment_web.web.visitor.users import user_id


def connect(app: Flask, loader: str | Callable[..., Any] | None) -> None:
    """Looks at each response of ``app`` whose session has changed, before it is stored."""
    if isinstance(loader, str):
        app.after_request(partial(_look, app, loader))


def _look(app: Flask, key: str, response: Response) -> Response:
    try:
        now = session_of_now()
        if now is not None and now.modified:
            stored = app.session_interface.open_session(app, request)
            _tell(None if stored is None else stored.get(key), now.get(key))
    except Exception as error:  # noqa: BLE001 - the application's own session
        internal_error("the session", error)
    return response


def _tell(before: object, user: object) -> None:
    """A user of whom something else has changed is no other one."""
    segment = running_segment()
    if segment is None:
        return
    reader = segment.scope.rules.user_id
    old, new = (None if one is None else user_id(one, reader) for one in (before, user))
    if old == new:
        return
    if user is None:
        signals.signed_out(before)
    else:
        signals.signed_in(user, before)
