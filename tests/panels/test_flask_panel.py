"""The panel of Flask-DebugToolbar where a page needs no browser."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest

pytest.importorskip("flask_debugtoolbar", reason="Flask-DebugToolbar is not installed")

from flask import Flask, Response
from flask.testing import FlaskClient

from tests.contracts.browser import CHROME
from tests.panels.flask_site import create_app


@pytest.fixture
def app() -> Iterator[Flask]:
    made = create_app()
    yield made
    made.extensions["segment"].client.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    made = app.test_client()
    made.environ_base["HTTP_USER_AGENT"] = CHROME
    return made


def test_a_page_that_says_nothing_shows_its_page_call(client: FlaskClient) -> None:
    html = client.get("/nothing/").text
    assert "<small>1 call</small>" in html
    assert "automatic page call" in html
    assert "Seen before the response was complete" not in html


def test_the_page_has_the_length_it_says(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.content_length == len(answer.data)


def test_a_packed_page_shows_what_was_known_when_it_was_packed(app: Flask, client: FlaskClient) -> None:
    @app.after_request
    def pack(response: Response) -> Response:
        response.set_data(gzip.compress(response.get_data()))
        response.content_encoding = "gzip"
        return response

    app.after_request_funcs[None].insert(0, app.after_request_funcs[None].pop())  # after the toolbar's own
    html = gzip.decompress(client.get("/").data).decode()
    assert "4 calls, 1 skipped, 1 dropped" in html
    assert "Seen before the response was complete" in html


def test_a_stream_passes(client: FlaskClient) -> None:
    assert client.get("/stream/").data == b"onetwo"


def test_an_answer_without_the_toolbar_is_left_alone(app: Flask, client: FlaskClient) -> None:
    app.add_url_rule("/length/", view_func=lambda: Response(headers={"Content-Length": "4711"}, mimetype="image/png"))
    assert client.head("/length/").content_length == 4711


def test_without_segment_web_the_panel_says_what_to_do(app: Flask) -> None:
    bare = Flask("bare")
    bare.debug = True
    bare.config |= {name: app.config[name] for name in ("SECRET_KEY", "DEBUG_TB_PANELS")}
    from flask_debugtoolbar import DebugToolbarExtension

    DebugToolbarExtension(bare)
    bare.add_url_rule("/", view_func=lambda: "<!doctype html><body></body>")
    assert "call <code>Segment(app)</code> or <code>init_app</code>" in bare.test_client().get("/").text
