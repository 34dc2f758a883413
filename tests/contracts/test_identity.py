"""Who a message is of: one walk, from a stranger to an account and out again, is told the same way everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from segment_web.collector import CollectorServer
from tests.contracts.browser import ANONYMOUS_ID, Browser, cookies_of
from tests.contracts.conftest import Framework
from tests.contracts.said import label, said

Told = list[tuple[str, str | None, str | None]]


def told(messages: Iterable[dict[str, Any]]) -> Told:
    """Of each message what it is, whose browser's and whose; ids are named A, B ... and 1, 2 ... as they turn up."""
    browsers: dict[str, str] = {}
    users: dict[str, str] = {}
    return [
        (
            label(message),
            browsers.setdefault(message["anonymousId"], chr(ord("A") + len(browsers))),
            users.setdefault(message["userId"], str(len(users) + 1)) if "userId" in message else None,
        )
        for message in messages
    ]


def test_a_visitor_gets_an_anonymous_id_once(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app()
    visitor = Browser(app)
    first, second = visitor.get("/seen"), visitor.get("/seen")
    assert ANONYMOUS_ID in cookies_of(first)
    assert ANONYMOUS_ID not in cookies_of(second)
    assert [message["anonymousId"] for message in said(app, segment)] == [visitor.anonymous_id] * 2


def test_a_visitor_keeps_the_id_that_analytics_js_gave(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app()
    visitor = Browser(app)
    visitor.cookies[ANONYMOUS_ID] = "0f1e2d3c"
    assert cookies_of(visitor.get("/seen")) == {}
    assert [message["anonymousId"] for message in said(app, segment)] == ["0f1e2d3c"]


def test_reading_what_is_known_makes_no_id(framework: Framework) -> None:
    visitor = framework.browser()
    assert visitor.get("/look").body == b"None None None"
    assert visitor.anonymous_id is None


def test_the_walk_from_a_stranger_to_an_account_and_out_again(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app()
    visitor = Browser(app)
    visitor.get("/seen")
    visitor.post("/newsletter?email=anna@example.com")
    visitor.post("/sign-up?name=anna")
    visitor.get("/seen")
    visitor.post("/sign-out")
    visitor.get("/seen")
    visitor.post("/sign-in?name=anna")
    messages = said(app, segment)
    assert told(messages) == [
        ("Seen", "A", None),
        ("identify", "A", None),
        ("Newsletter Subscribed", "A", None),
        ("identify", "A", "1"),
        ("Signed Up", "A", "1"),
        ("Seen", "A", "1"),
        ("Signed Out", "A", "1"),
        ("Seen", "B", None),
        ("identify", "B", "1"),
        ("Signed In", "B", "1"),
    ]
    assert messages[1]["traits"] == {"email": "anna@example.com"}
    assert visitor.anonymous_id == messages[-1]["anonymousId"]


def test_a_second_device_has_an_id_of_its_own_and_the_same_user(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app()
    first, second = Browser(app), Browser(app)
    first.post("/sign-up?name=anna")
    second.get("/seen")
    second.post("/sign-in?name=anna")
    second.get("/seen")
    first.get("/seen")
    assert told(said(app, segment)) == [
        ("identify", "A", "1"),
        ("Signed Up", "A", "1"),
        ("Seen", "B", None),
        ("identify", "B", "1"),
        ("Signed In", "B", "1"),
        ("Seen", "B", "1"),
        ("Seen", "A", "1"),
    ]
