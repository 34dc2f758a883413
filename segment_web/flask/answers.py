"""The end of a request: its page call, and what its response has to carry."""

from __future__ import annotations

from typing import Any

from blinker import Signal
from flask import Flask, Response, request_finished

from segment_web.flask.adapter import FlaskResponse
from segment_web.flask.current import begun_segment, mark_answered
from segment_web.logs import internal_error
from segment_web.web.accounts.pending import tell
from segment_web.web.context.client_hints import ask_for_more
from segment_web.web.request.request_analytics import RequestAnalytics
from segment_web.web.request.response_cookies import write_cookies
from segment_web.web.views.page_views import record_page

answered = Signal(
    "The response is complete; receivers are given ``response``. For what must come last of all: a panel."
)


def connect(app: Flask) -> None:
    """Follows the responses of ``app``.

    The signal and not ``after_request``: it comes last, when the session is saved and every header of the application's
    own is there to be respected, in whatever order things were registered.
    """
    request_finished.connect(_finish, app)


def _finish(app: Flask, response: Response, **_: Any) -> None:
    segment = begun_segment(app)
    if segment is None:
        mark_answered(app)
    else:
        answer = FlaskResponse(response)
        for step in (tell, record_page, _send_home):
            try:
                step(segment, answer)
            except Exception as error:  # noqa: BLE001 - the border of the host
                internal_error(f"the response ({step.__name__})", error)
    if answered.receivers:
        try:
            answered.send(app, response=response)
        except Exception as error:  # noqa: BLE001 - who looks on changes nothing
            internal_error("a look at the response", error)


def _send_home(segment: RequestAnalytics, response: FlaskResponse) -> None:
    if segment.scope.rules.client_hints:
        ask_for_more(segment.scope.request, response)
    write_cookies(segment.scope, response)
    segment.scope.close()
