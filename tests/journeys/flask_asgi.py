"""The Flask application for uvicorn: WSGI as ASGI, and the wrapper that delivers what is left."""

from __future__ import annotations

from asgiref.wsgi import WsgiToAsgi

from segment_web.asgi import SegmentASGI
from tests.journeys.flask_application import app

application = SegmentASGI(WsgiToAsgi(app))  # type: ignore[no-untyped-call] # asgiref's has no types of its own
