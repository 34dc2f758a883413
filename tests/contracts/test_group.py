"""The user's group: on each of their messages, and said once a session, whoever says it, browser or server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from segment_web.collector import CollectorServer
from segment_web.web.cookies import ajs
from tests.contracts.browser import ANONYMOUS_ID, Browser, cookies_of
from tests.contracts.conftest import Framework
from tests.contracts.said import label, said

GROUP_ID = ajs.GROUP_ID


def by_header(request: Any) -> object:
    """As a tenant that goes by its host name."""
    return request.headers.get("X-Group")


def spoken(messages: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    """Of each message what it is and its group, said or carried."""
    return [(label(message), message.get("groupId") or message["context"].get("groupId")) for message in messages]


def test_it_is_said_once_a_session_and_carried_by_all(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(group="id")
    visitor = Browser(app)
    visitor.post("/sign-up?name=anna")
    visitor.get("/seen")
    visitor.get("/seen")
    visitor.post("/sign-out")
    visitor.post("/sign-in?name=anna")
    visitor.get("/seen")
    messages = said(app, segment)
    user = messages[0]["userId"]
    assert spoken(messages) == [
        ("identify", user),
        ("Signed Up", user),
        ("group", user),
        ("Seen", user),
        ("Seen", user),
        ("Signed Out", user),
        ("identify", user),
        ("group", user),
        ("Signed In", user),
        ("Seen", user),
    ]
    groups = [message for message in messages if message["type"] == "group"]
    assert [(message["userId"], "groupId" in message["context"]) for message in groups] == [(user, False)] * 2


def test_a_switch_is_said_and_later_messages_are_of_the_new_one(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(group=by_header)
    visitor = Browser(app)
    visitor.post("/sign-up?name=anna")
    for group in ("g1", "g1", "g2", "g2"):
        visitor.get("/seen", X_Group=group)
    visitor.get("/seen")
    assert spoken(said(app, segment))[2:] == [
        ("group", "g1"),
        ("Seen", "g1"),
        ("Seen", "g1"),
        ("group", "g2"),
        ("Seen", "g2"),
        ("Seen", "g2"),
        ("Seen", None),
    ]


def test_what_the_browser_has_said_is_not_said_again(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(group=lambda request: "acme inc")
    visitor = Browser(app)
    visitor.post("/sign-up?name=anna")
    visitor.cookies[GROUP_ID] = "acme%20inc"
    visitor.get("/seen")
    assert spoken(said(app, segment))[2:] == [("Seen", "acme inc")]


@pytest.mark.parametrize(
    ("group", "written"),
    [
        ("acme", "acme"),
        ("a@b.co", "a@b.co"),
        ("a+b", "a+b"),
        (12345, "12345"),
        ("12 345", "12%20345"),
        ("Zoë;x", "Zo%C3%AB%3Bx"),
        ("a%2Fb", "a%252Fb"),
        ('say "hi"', "say%20%22hi%22"),
        ('{"a":1}', "{%22a%22:1}"),
        ("acme, inc\\", "acme%2C%20inc%5C"),
    ],
)
def test_the_cookie_is_written_as_analytics_js_would_and_read_back(
    framework: Framework, segment: CollectorServer, group: object, written: str
) -> None:
    app = framework.app(group=lambda request: group)
    visitor = Browser(app)
    visitor.post("/sign-up?name=anna")
    answer = visitor.get("/seen")
    assert [header.strip().split("; ")[0] for header in answer.all("Set-Cookie")] == [f"{GROUP_ID}={written}"]
    assert not cookies_of(visitor.get("/seen"))
    assert [label(message) for message in said(app, segment)][2:] == ["group", "Seen", "Seen"]


def test_its_traits_go_with_it(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(group=lambda request: ("acme", {"name": "Acme", "plan": "pro"}))
    visitor = Browser(app)
    visitor.post("/sign-up?name=anna")
    visitor.get("/seen")
    group = said(app, segment)[2]
    assert (group["groupId"], group["traits"]) == ("acme", {"name": "Acme", "plan": "pro"})


def test_two_people_of_one_group_on_one_browser_both_say_it(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(group=lambda request: "acme")
    Browser(app).post("/sign-up?name=berta")
    visitor = Browser(app)
    visitor.post("/sign-up?name=anna")
    visitor.get("/seen")
    visitor.post("/sign-in?name=berta")
    users = [message["userId"] for message in said(app, segment) if message["type"] == "group"]
    assert len(users) == len(set(users)) == 2


def test_a_login_says_it_although_the_browser_remembers_it(framework: Framework, segment: CollectorServer) -> None:
    """It may be the last user's, whose session has expired."""
    app = framework.app(group=lambda request: "acme")
    Browser(app).post("/sign-up?name=anna")
    visitor = Browser(app)
    visitor.cookies |= {ANONYMOUS_ID: "0f1e2d3c", GROUP_ID: "acme"}
    visitor.post("/sign-in?name=anna")
    assert [label(message) for message in said(app, segment)][2:] == ["identify", "group", "Signed In"]
    assert visitor.cookies[GROUP_ID] == "acme"


@pytest.mark.parametrize("group", [lambda request: None, lambda request: "", lambda request: 1 / 0, "nothing_there"])
def test_no_group_and_a_reader_that_fails_are_none(
    framework: Framework, segment: CollectorServer, group: str | Callable[..., Any]
) -> None:
    app = framework.app(group=group)
    visitor = Browser(app)
    visitor.post("/sign-up?name=anna")
    assert visitor.get("/seen").status == 200
    assert spoken(said(app, segment))[2:] == [("Seen", None)]


def test_nobody_is_asked_without_an_event_or_a_user(framework: Framework, segment: CollectorServer) -> None:
    asked: list[object] = []
    app = framework.app(group=asked.append)
    stranger = Browser(app)
    stranger.get("/seen")
    stranger.post("/newsletter?email=anna@example.com")
    known = Browser(app)
    known.post("/sign-up?name=anna")
    asked.clear()
    known.get("/nothing")
    known.get("/look")
    assert asked == []
    known.get("/seen")
    assert len(asked) == 1


@pytest.mark.parametrize("mode", ["read", "off"])
def test_where_no_cookie_is_set_it_is_carried_and_left_to_the_browser_to_say(
    framework: Framework, segment: CollectorServer, mode: str
) -> None:
    """Each request would say it anew."""
    app = framework.app(group=lambda request: "acme", cookie={"mode": mode})
    visitor = Browser(app)
    visitor.post("/sign-up?name=anna")
    visitor.get("/seen")
    assert spoken(said(app, segment))[2:] == [("Seen", "acme")]
    assert GROUP_ID not in visitor.cookies


def test_with_the_setting_off_the_browsers_group_is_left_alone(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app()
    visitor = Browser(app)
    visitor.cookies |= {ANONYMOUS_ID: "0f1e2d3c", GROUP_ID: "acme"}
    visitor.post("/sign-up?name=anna")
    visitor.get("/seen")
    assert visitor.cookies[GROUP_ID] == "acme"
    assert {group for _, group in spoken(said(app, segment))} == {None}


def test_a_page_for_shared_caches_does_not_say_it(framework: Framework, segment: CollectorServer) -> None:
    """It cannot carry home that it was said."""
    app = framework.app(group=lambda request: "acme", page_views=True)
    visitor = Browser(app)
    visitor.post("/sign-up?name=anna")
    visitor.get("/public-page")
    assert spoken(said(app, segment))[2:] == [("page", "acme")]
