"""The running request's analytics: it hangs on the request's environ, so that every copy of its context finds it."""

from __future__ import annotations

from weakref import WeakSet

from flask import Flask, Request, current_app, has_app_context, request
from werkzeug.local import LocalProxy

from segment_web import current
from segment_web.client import Analytics
from segment_web.flask.adapter import FlaskRequest
from segment_web.flask.installed import EXTENSION, Installed
from segment_web.flask.running import request_of_now
from segment_web.scopes.current import provide
from segment_web.scopes.scope import Scope
from segment_web.web.request.request_analytics import RequestAnalytics
from segment_web.web.request.web_scope import WebScope

applications: WeakSet[Flask] = WeakSet()  # those with segment_web, for code outside of any context


def running_segment() -> RequestAnalytics | None:
    """The running request's, made when it is first asked for; None outside of a request."""
    now = request_of_now()
    if now is None or (installed := now[0].extensions.get(EXTENSION)) is None:
        return None
    return _kept(installed, *now)


def begun_segment(app: Flask) -> RequestAnalytics | None:
    """That of the request which ``app`` has just answered, if an event or the view asked for it, or every page counts."""
    if (now := request_of_now()) is None:
        return None
    installed: Installed = app.extensions[EXTENSION]
    segment: RequestAnalytics | None = now[1].environ.get(installed.key)
    return _kept(installed, *now) if segment is None and installed.rules.follows_pages else segment


def glimpsed_segment() -> RequestAnalytics | None:
    """The running request's, for a look that leaves no trace: one that nobody has asked for yet is not kept."""
    now = request_of_now()
    if now is None or (installed := now[0].extensions.get(EXTENSION)) is None:
        return None
    found: RequestAnalytics | None = now[1].environ.get(installed.key)
    return found or _made(installed, *now)


def mark_answered(app: Flask) -> None:
    """The response of the running request is on its way: what a stream still says has no cookie to keep a new id in."""
    installed: Installed = app.extensions[EXTENSION]
    request.environ[installed.answered] = True


def entered_client() -> Analytics | None:
    """The client of ``current_app``."""
    return _client_of(current_app._get_current_object()) if has_app_context() else None  # type: ignore[attr-defined]


def only_client() -> Analytics | None:
    """The client of the only application that has one."""
    apps = list(applications)
    return _client_of(apps[0]) if len(apps) == 1 else None


def outer_client() -> Analytics | None:
    """The client of code that runs in no application; beside several applications it answers ``not_configured``."""
    return current.among_several() if len(applications) > 1 else only_client()


def _client_of(app: Flask) -> Analytics | None:
    installed: Installed | None = app.extensions.get(EXTENSION)
    return None if installed is None else installed.client


def _kept(installed: Installed, app: Flask, running: Request) -> RequestAnalytics:
    environ = running.environ
    segment: RequestAnalytics | None = environ.get(installed.key)
    if segment is None:
        segment = environ.setdefault(installed.key, _made(installed, app, running))
    return segment


def _made(installed: Installed, app: Flask, running: Request) -> RequestAnalytics:
    scope = WebScope(FlaskRequest(running, app), installed.rules, installed.client)
    if installed.answered in running.environ:
        scope.close()
    return RequestAnalytics(scope, installed.client)


def _required() -> RequestAnalytics:
    segment = running_segment()
    if segment is None:
        raise RuntimeError(
            "current_segment belongs to a request of an application with segment_web (Segment(app) or init_app); "
            "outside of a request use the extension's client, or segment_web.track()."
        )
    return segment


def _scope() -> Scope | None:
    segment = running_segment()
    return None if segment is None else segment.scope


current_segment: RequestAnalytics = LocalProxy(_required)  # type: ignore[assignment]

provide(_scope)
current.application(outer_client, entered=entered_client)
