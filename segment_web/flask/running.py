"""Which application and which request is running: the one place that knows where Flask keeps its contexts."""

from __future__ import annotations

import os
from typing import Any

from flask import Flask, Request, has_request_context
from flask import globals as flask_globals
from flask.sessions import SessionMixin

# Until Flask 3.1 a request's own application may differ from current_app; from 3.2 on there is one context for both.
_context: Any = vars(flask_globals).get("request_ctx", flask_globals.app_ctx)
_left_behind: Request | None = None  # the request in which this process was forked


def request_of_now() -> tuple[Flask, Request] | None:
    """The running request and the application that answers it, None outside of a request.

    A forked child is outside of its parent's request: it does not act for that visitor.
    """
    if not has_request_context():
        return None
    context = _context._get_current_object()  # once: each question to the proxy finds it anew
    request = context.request
    return None if request is _left_behind else (context.app, request)


def is_running(request: Request) -> bool:
    """Whether Flask's own proxies speak of ``request`` now."""
    now = request_of_now()
    return now is not None and now[1] is request


def session_of_now() -> SessionMixin | None:
    """The running request's session as it stands. To ask Flask's own proxy for it counts as a use of it, and a response
    that has used the session varies by its cookie."""
    own: dict[str, Any] = vars(_context._get_current_object())
    return own.get("_session", own.get("session"))  # the first from Flask 3.1.3 on


def _leave_behind() -> None:
    global _left_behind
    _left_behind = _context.request if has_request_context() else None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_behind)
