"""A Flask application with the addresses of the Django project beside it, as far as the journeys on Flask go."""

from __future__ import annotations

import os

from flask import Flask

from segment_web.flask import Segment, current_segment

app = Flask(__name__)
Segment(
    app,
    write_key="journey-write-key",
    host=os.environ["JOURNEY_SEGMENT_HOST"],
    flush_interval=60.0,  # longer than any test: what arrives was delivered at the end
    page_views=True,
    exclude_paths=["/pid/"],
)


@app.get("/pid/")
def pid() -> str:
    """Which process serves."""
    return str(os.getpid())


@app.get("/books/<int:number>/")
def book(number: int) -> str:
    current_segment.track("Book Viewed", {"number": number})
    return "<!doctype html><title>A book</title>"
