"""An application that keeps its user in the session itself: ``user_loader`` names the key, and logins are seen by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, session
from flask.testing import FlaskClient

from segment_web.flask import Segment, current_segment
from segment_web.testing import CapturedEvents


@pytest.fixture
def app() -> Flask:
    app = Flask("flaskr")
    app.secret_key = "for tests"
    segment = Segment(app, write_key="key", delivery="null", user_loader="user")
    routes: dict[str, Callable[[], Any]] = {
        "/quiet": lambda: "ok",
        "/seen": lambda: current_segment.track("Seen"),
        "/login/<who>": lambda who: session.update(user=who),
        "/login-and-say/<who>": lambda who: (session.update(user=who), current_segment.track("Seen")),
        "/as-a-dict/<theme>": lambda theme: session.update(user={"id": 7, "theme": theme}),
        "/other": lambda: session.update(cart=3),
        "/logout": lambda: session.clear(),
        "/said/<who>": lambda who: segment.signed_in(who),
        "/said-out": lambda: segment.signed_out("8"),
    }
    for path, say in routes.items():
        app.add_url_rule(path, path, lambda say=say, **view: str(say(**view)))
    return app


def told(events: CapturedEvents) -> list[tuple[str, str | None]]:
    return [(event.get("event", event["type"]), event.get("userId")) for event in events]


def test_a_login_and_a_logout_are_told(browser: FlaskClient, events: CapturedEvents) -> None:
    for path in ("/seen", "/login/7", "/seen", "/logout", "/seen"):
        browser.get(path)
    assert told(events) == [
        ("Seen", None),
        ("identify", "7"),
        ("Signed In", "7"),
        ("Seen", "7"),
        ("Signed Out", "7"),
        ("Seen", None),
    ]
    before, after = {event["anonymousId"] for event in events[:5]}, events[5]["anonymousId"]
    assert before == {events[0]["anonymousId"]} != {after}


def test_another_user_is_another_visitor(browser: FlaskClient, events: CapturedEvents) -> None:
    browser.get("/login/7")
    browser.get("/login/8")
    assert told(events)[2:] == [("identify", "8"), ("Signed In", "8")]
    assert events[1]["anonymousId"] != events[2]["anonymousId"]


def test_the_view_that_logs_in_speaks_for_the_user(browser: FlaskClient, events: CapturedEvents) -> None:
    browser.get("/login-and-say/7")
    assert told(events) == [("Seen", "7"), ("identify", "7"), ("Signed In", "7")]


@pytest.mark.parametrize("path", ["/login/7", "/other", "/quiet"])
def test_nothing_is_told_when_nobody_else_is_logged_in(browser: FlaskClient, events: CapturedEvents, path: str) -> None:
    browser.get("/login/7")
    events.clear()
    browser.get(path)
    events.assert_nothing()


def test_a_user_of_whom_something_else_changed_is_no_other(browser: FlaskClient, events: CapturedEvents) -> None:
    for theme in ("dark", "light"):
        browser.get(f"/as-a-dict/{theme}")
    assert told(events) == [("identify", "7"), ("Signed In", "7")]


def test_a_request_that_leaves_the_session_alone_does_not_vary_by_it(browser: FlaskClient) -> None:
    assert "Vary" not in browser.get("/quiet").headers


def test_what_an_application_knows_otherwise_it_says_itself(browser: FlaskClient, events: CapturedEvents) -> None:
    browser.get("/said/8")
    browser.get("/said-out")
    assert told(events) == [("identify", "8"), ("Signed In", "8"), ("Signed Out", "8")]
