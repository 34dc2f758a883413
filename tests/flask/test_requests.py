"""What is known of a request, and what its response carries home."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, Request, Response, session
from flask.testing import FlaskClient
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client

from segment_web.flask import Segment, current_segment
from segment_web.testing import CapturedEvents
from tests.flask.conftest import BROWSER, browser_of


@pytest.fixture
def tracking(app: Flask) -> Flask:
    @app.route("/", defaults={"path": ""})
    @app.route("/<path:path>")
    def view(path: str) -> str:
        current_segment.track("Seen")
        return path

    return app


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/", "http://localhost/"),
        ("/caf%C3%A9/?q=%C3%BC", "http://localhost/caf%C3%A9/?q=%C3%BC"),
        ("/a;b=c/?x=a|b", "http://localhost/a;b=c/?x=a%7Cb"),
        ("/100%25/", "http://localhost/100%25/"),
        ("//double/", "http://localhost//double/"),
    ],
)
def test_url_is_a_uri(tracking: Flask, browser: FlaskClient, events: CapturedEvents, path: str, url: str) -> None:
    part, _, query = path.partition("?")
    browser.get("/", environ_overrides={"PATH_INFO": raw(part), "QUERY_STRING": query})
    events.assert_tracked("Seen", context={"page": {"url": url}})


def raw(path: str) -> str:
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(path).decode("latin-1")


def test_url_has_the_prefix_of_a_mounted_application(
    tracking: Flask, browser: FlaskClient, events: CapturedEvents
) -> None:
    browser.get("/things", environ_overrides={"SCRIPT_NAME": "/shop"})
    events.assert_tracked("Seen", context={"page": {"url": "http://localhost/shop/things", "path": "/shop/things"}})


@pytest.mark.parametrize("host", ['a"b', "<script>", "a b", "a/b", "user@host", "é.example"])
def test_a_host_that_is_none_leaves_path_and_query(
    tracking: Flask, browser: FlaskClient, events: CapturedEvents, host: str
) -> None:
    browser.get("/x?q=1", headers={"Host": host})
    events.assert_tracked("Seen", context={"page": {"url": "/x?q=1"}})


def test_a_host_that_is_not_trusted_leaves_path_and_query(app: Flask, events: CapturedEvents) -> None:
    class Choosy(Request):
        trusted_hosts = ("shop.test",)  # type: ignore[assignment]

    def see(*_: object) -> str:
        current_segment.track("Seen")
        return "ok"

    app.request_class = Choosy
    app.add_url_rule("/x", view_func=see)
    app.register_error_handler(400, see)  # since 3.1 Flask refuses such a host before the view
    browser_of(app).get("/x", headers={"Host": "evil.test"})
    events.assert_tracked("Seen", context={"page": {"url": "/x"}})


def test_visitor_gets_an_anonymous_id_once(tracking: Flask, browser: FlaskClient, events: CapturedEvents) -> None:
    first, second = browser.get("/"), browser.get("/")
    cookie = browser.get_cookie("ajs_anonymous_id")
    assert cookie is not None
    assert {event["anonymousId"] for event in events} == {cookie.value}
    assert "Set-Cookie" in first.headers
    assert "Set-Cookie" not in second.headers
    assert (first.headers["Cache-Control"], first.headers["Vary"]) == ("private", "Cookie")


def test_a_request_that_tracks_nothing_is_untouched(app: Flask, browser: FlaskClient, events: CapturedEvents) -> None:
    app.add_url_rule("/", view_func=lambda: "ok")
    response = browser.get("/")
    assert {"Set-Cookie", "Vary", "Cache-Control"}.isdisjoint(response.headers)
    assert len(events) == 0


@pytest.mark.parametrize("late", [False, True])
def test_response_for_a_shared_cache_gets_no_cookie(events: CapturedEvents, late: bool) -> None:
    """Whether the application's hook is registered before the extension or after it."""
    app, segment = Flask("shop"), Segment(write_key="key", delivery="null")

    def cached(response: Response) -> Response:
        response.cache_control.public = True
        return response

    if late:
        segment.init_app(app)
    app.after_request(cached)
    if not late:
        segment.init_app(app)
    app.add_url_rule("/", view_func=lambda: str(current_segment.track("Seen")))
    assert "Set-Cookie" not in browser_of(app).get("/").headers
    events.assert_tracked("Seen")


def test_vary_of_the_session_is_not_doubled(app: Flask, browser: FlaskClient, events: CapturedEvents) -> None:
    @app.get("/")
    def view() -> str:
        session["seen"] = True
        current_segment.track("Seen")
        return "ok"

    response = browser.get("/")
    assert response.headers.getlist("Vary") == ["Cookie"]
    assert len(response.headers.getlist("Set-Cookie")) == 2


def paged(**settings: Any) -> Flask:
    app = Flask("shop")
    Segment(app, write_key="key", delivery="null", page_views=True, **settings)
    app.add_url_rule("/", view_func=lambda: "<h1>hello</h1>", endpoint="page")
    app.add_url_rule("/data", view_func=lambda: {"a": 1}, endpoint="data")
    app.add_url_rule("/stream", view_func=lambda: Response(iter(["a", "b"]), mimetype="text/html"), endpoint="stream")
    app.add_url_rule("/error", view_func=lambda: 1 / 0, endpoint="error")
    app.add_url_rule("/loads", view_func=lambda: "<script src='/analytics.js/v1/k/a.min.js'>", endpoint="loads")
    return app


@pytest.mark.parametrize(
    ("path", "pages"),
    [("/", 1), ("/?q=1", 1), ("/data", 0), ("/stream", 1), ("/error", 0), ("/nowhere", 0), ("/loads", 0)],
)
def test_page_views(events: CapturedEvents, path: str, pages: int) -> None:
    browser_of(paged()).get(path).get_data()
    assert len([event for event in events if event["type"] == "page"]) == pages


def test_page_view_of_a_form_post_is_none(events: CapturedEvents) -> None:
    app = paged()
    app.add_url_rule("/form", view_func=lambda: "again", methods=["POST"], endpoint="form")
    browser_of(app).post("/form")
    assert len(events) == 0


def test_address_comes_from_the_peer_or_a_trusted_proxy(events: CapturedEvents) -> None:
    app = paged(trusted_proxies=1)
    browser_of(app).get("/", headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.9"})
    assert events[0]["context"]["ip"] == "203.0.113.9"


def test_request_filter_is_given_flasks_request(events: CapturedEvents) -> None:
    app = paged(request_filter=lambda request: request.endpoint != "page")
    browser_of(app).get("/")
    assert len(events) == 0


def test_hostile_headers_never_break_the_view(tracking: Flask, browser: FlaskClient, events: CapturedEvents) -> None:
    junk = '\xff\xfe\x01;=,"%ff%'
    response = browser.get("/", headers=dict.fromkeys(("Cookie", "Referer", "Accept-Language", "Host"), junk))
    assert response.status_code == 200
    assert len(events.named("Seen")) == 1


def test_two_mounted_applications_have_nothing_in_common(events: CapturedEvents) -> None:
    apps = {name: Flask(name) for name in ("a", "b")}
    for name, app in apps.items():
        Segment(app, write_key=name, delivery="null", app={"name": name}, cookie={"name": f"id_{name}"})
        app.add_url_rule("/", view_func=lambda: str(current_segment.track("Seen")))
    client = Client(DispatcherMiddleware(apps["a"], {"/b": apps["b"]}))
    for _ in range(2):
        client.get("/", headers={"User-Agent": BROWSER})
        client.get("/b/", headers={"User-Agent": BROWSER})
    ids = [(event["context"]["app"]["name"], event["anonymousId"]) for event in events]
    assert ids[:2] == ids[2:]
    assert ids[0] != ids[1]


def test_a_setting_that_raises_does_not_reach_the_visitor(events: CapturedEvents) -> None:
    app = paged(request_filter=lambda request: 1 / 0)
    assert browser_of(app).get("/").status_code == 200
    assert len(events) == 1
