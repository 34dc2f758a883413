"""A Flask application with its debug toolbar."""

from __future__ import annotations

from flask import Flask, Response, stream_with_context
from flask_debugtoolbar import DebugToolbarExtension

import segment_web
from segment_web.flask import Segment, current_segment, track_event
from tests.panels.said import EVENT, PAGE, PROPERTIES

PANELS = ["flask_debugtoolbar.panels.timer.TimerDebugPanel", "segment_web.flask.panels.SegmentDebugPanel"]


def create_app() -> Flask:
    app = Flask("shop")
    app.debug = True
    app.config |= {"SECRET_KEY": "for the panel's tests", "DEBUG_TB_PANELS": PANELS}
    DebugToolbarExtension(app)
    Segment(app, write_key="panel-write-key", delivery="null", page_views=True)

    @app.get("/")
    @track_event("Plan Upgraded")
    def page() -> str:
        current_segment.track(EVENT, PROPERTIES)
        current_segment.track("")
        with segment_web.disabled():
            current_segment.track("Order Refunded")
        return PAGE

    @app.get("/nothing/")
    def nothing() -> str:
        return PAGE

    @app.get("/stream/")
    def stream() -> Response:
        return Response(stream_with_context(iter(["one", "two"])))

    return app
