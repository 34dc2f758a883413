"""The panel of Flask-DebugToolbar: ``"segment_web.flask.panels.SegmentDebugPanel"`` in DEBUG_TB_PANELS."""

from __future__ import annotations

from flask import Flask, Request, Response, request
from flask_debugtoolbar.panels import DebugPanel
from markupsafe import Markup, escape

from segment_web.flask import signals
from segment_web.flask.answers import answered
from segment_web.flask.current import glimpsed_segment
from segment_web.flask.running import request_of_now
from segment_web.panels import facts, watch
from segment_web.panels.late import Late
from segment_web.panels.page import TITLE, page
from segment_web.panels.record import Record

UNSEEN = "This application is without segment_web: call `Segment(app)` or `init_app`."
LATE = "segment_web.late"  # in the environ: the parts of the page that are filled in at the end


class SegmentDebugPanel(DebugPanel):
    """Every call of a request, the visitor, and the client.

    The toolbar is put into the page before the page call is made and the cookies are written; what it shows is replaced
    when the response is complete.
    """

    name = TITLE
    has_content = True

    @classmethod
    def init_app(cls, app: Flask) -> None:
        """Follows the calls and the responses of ``app``."""
        answered.connect(_complete, app)
        signals.message_accepted.connect(watch.told_accepted, app)
        signals.message_dropped.connect(watch.told_dropped, app)

    def process_request(self, request: Request) -> None:  # type: ignore[override] # it is Flask's
        """Watches the request."""
        self._record = watch.watch(request)
        self._late = request.environ[LATE] = Late()

    def nav_title(self) -> str:
        """In the side bar."""
        return TITLE

    def title(self) -> str:
        """Above the panel."""
        return TITLE

    def url(self) -> str:
        """None: the panel is part of the page."""
        return ""

    def nav_subtitle(self) -> str:
        """``3 calls, 1 skipped``."""
        return Markup(self._late.part("counts", _parts(self._record)["counts"]))

    def content(self) -> str:
        """Until the response is complete, when :func:`_complete` has more."""
        return self._late.part("page", _parts(self._record)["page"])


def _parts(record: Record) -> dict[str, str]:
    found = facts.told(record, glimpsed_segment(), missing=UNSEEN)
    return {"counts": escape(facts.counts(found)), "page": page(found)}


def _complete(app: Flask, response: Response) -> None:
    late: Late | None = request.environ.get(LATE)
    now = request_of_now()
    if late is None or now is None or not response.is_sequence or response.content_encoding:
        return
    body = response.get_data()
    if late.is_in(body):  # a response without the toolbar is left as it is, its Content-Length too
        response.set_data(late.filled(body, _parts(watch.watch(now[1]))))
