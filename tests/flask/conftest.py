"""Real Flask applications, whose events are captured instead of sent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from segment_web.flask import Segment
from segment_web.testing import CapturedEvents, capture_events

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36"


@pytest.fixture
def events() -> Iterator[CapturedEvents]:
    with capture_events() as captured:
        yield captured


@pytest.fixture
def app() -> Flask:
    app = Flask("shop")
    app.secret_key = "for tests"
    app.testing = True
    Segment(app, write_key="key", delivery="null")
    return app


@pytest.fixture
def browser(app: Flask, events: CapturedEvents) -> FlaskClient:
    return browser_of(app)


def browser_of(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = BROWSER
    return client
