"""The first-party proxy's routes: everything below the blueprint's prefix."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, abort, request, request_finished, request_started
from flask.sansio.blueprints import BlueprintSetupState

from segment_web.browser.proxy.proxy import proxy_of
from segment_web.exchange.answer import for_one_visitor
from segment_web.flask.current import running_segment

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
ROUTE: dict[str, Any] = {"methods": METHODS, "strict_slashes": False, "merge_slashes": False}


def answer(path: str) -> Response:
    """Hands the request to the proxy of its application."""
    segment = running_segment()
    if segment is None:
        abort(404)  # the extension is not set up on this application
    answer = proxy_of(segment.client).answer(request.method, path, segment)
    return Response(answer.body, answer.status, dict(answer.headers))


def _follow(state: BlueprintSetupState) -> None:
    request_started.connect(_exempt, state.app)
    request_finished.connect(_keep_private, state.app)


def _exempt(app: Flask, **_: Any) -> None:
    """At the first request, when every extension is set up: Flask-WTF asks no token of analytics.js, which has none."""
    request_started.disconnect(_exempt, app)
    protection = app.extensions.get("csrf")
    if protection is not None and hasattr(protection, "exempt"):
        protection.exempt(f"{answer.__module__}.{answer.__name__}")


def _keep_private(app: Flask, response: Response, **_: Any) -> None:
    """If the application has given an answer of the proxy a cookie, the session's for example, make it private."""
    if app.view_functions.get(request.endpoint or "") is answer and "Set-Cookie" in response.headers:
        response.headers["Cache-Control"] = for_one_visitor(response.headers.get("Cache-Control", ""))


proxy = Blueprint("segment", __name__)
proxy.add_url_rule("/", "proxy", answer, defaults={"path": ""}, provide_automatic_options=False, **ROUTE)
proxy.add_url_rule("/<path:path>", "proxy", answer, provide_automatic_options=False, **ROUTE)
proxy.record(_follow)
