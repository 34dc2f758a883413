"""One visitor from first page to logout, as Segment sees them: anonymous, then known, then somebody new."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import User
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from segment_web.django.middleware import open_scope
from segment_web.django.request.adapter import DjangoRequest
from tests.django.browser import Browser
from tests.django.conftest import Overridden, Wire

pytestmark = pytest.mark.django_db(transaction=True)


def walked(browser: Browser) -> list[str]:
    """Looks, subscribes, signs up, looks, logs out, looks; the cookie after each step."""
    steps: list[Callable[[], Any]] = [
        lambda: browser.get("/track/"),
        lambda: browser.post("/newsletter/", email="anna@example.com"),
        lambda: browser.post("/signup/", username="anna", email="anna@example.com"),
        lambda: browser.get("/track/"),
        lambda: browser.post("/logout/"),
        lambda: browser.get("/track/"),
    ]
    cookies = []
    for step in steps:
        assert step().status_code < 400
        cookies.append(browser.anonymous_id)
    return cookies


def test_nobody_is_looked_for_where_no_session_came(browser: Browser, wire: Wire) -> None:
    """To look would open the session, let the response vary by it, and in async code wait for a thread."""
    browser.client.cookies["ajs_anonymous_id"] = "0f1e2d3c"
    response = browser.get("/track/")
    request = getattr(response, "wsgi_request", None) or response.asgi_request
    assert ("Vary" in response, request.session.accessed) == (False, False)
    assert [(m.get("userId"), m["anonymousId"]) for m in wire.messages] == [(None, "0f1e2d3c")]


def test_a_page_that_asks_who_is_here_varies_by_it_though_an_event_has_asked_before(
    browser: Browser, wire: Wire
) -> None:
    browser.client.cookies["ajs_anonymous_id"] = "0f1e2d3c"
    response = browser.get("/greeting/")
    assert (response.content, response["Vary"]) == (b"Hello, stranger", "Cookie")
    browser.post("/signup/", username="anna")
    assert browser.get("/greeting/").content == f"Hello, {wire.messages[-1]['userId']}".encode()


def test_who_is_on_each_message_of_the_walk(browser: Browser, wire: Wire) -> None:
    walked(browser)
    user = wire.messages[3]["userId"]
    assert wire.spoken == [
        ("Book Viewed", None),
        ("identify", None),
        ("Newsletter Subscribed", None),
        ("identify", user),
        ("Signed Up", user),
        ("Book Viewed", user),
        ("Signed Out", user),
        ("Book Viewed", None),
    ]


def test_the_anonymous_id_is_the_cookie_throughout_and_new_after_the_logout(browser: Browser, wire: Wire) -> None:
    *before, after, later = walked(browser)
    assert len(set(before)) == 1
    assert after == later != before[0]
    assert [message["anonymousId"] for message in wire.messages] == [before[0]] * 7 + [after]


def test_a_second_device_is_another_anonymous_id_and_the_same_user(
    browser: Browser, interface: str, wire: Wire
) -> None:
    browser.post("/signup/", username="anna")
    phone = Browser(interface)
    phone.get("/track/")
    phone.post("/login/", username="anna", password="secret")
    phone.get("/track/")
    first, _, *second = wire.messages
    assert [message.get("userId") for message in second] == [None, *[first["userId"]] * 3]
    assert {message["anonymousId"] for message in second} == {phone.anonymous_id}
    assert phone.anonymous_id != browser.anonymous_id == first["anonymousId"]


def test_two_people_on_one_browser_never_share_an_anonymous_id(browser: Browser, interface: str, wire: Wire) -> None:
    Browser(interface).post("/signup/", username="berta")
    browser.post("/signup/", username="anna")
    browser.post("/logout/")
    browser.post("/login/", username="berta", password="secret")
    browser.get("/track/")
    users: dict[str, set[str]] = {}
    for message in wire.messages:
        users.setdefault(message["anonymousId"], set()).add(message["userId"])
    assert [len(names) for names in users.values()] == [1, 1, 1]


@pytest.mark.parametrize("looks", [True, False])
def test_a_login_over_a_login_starts_a_new_anonymous_id(
    browser: Browser, interface: str, wire: Wire, looks: bool
) -> None:
    """Also where nothing asked who was there before: Django has thrown their session away by then."""
    Browser(interface).post("/signup/", username="berta")
    browser.post("/signup/", username="anna")
    before = browser.anonymous_id
    browser.post("/login/?look=1" if looks else "/login/", username="berta", password="secret")
    assert browser.anonymous_id != before
    assert {message["anonymousId"] for message in wire.messages[-2:]} == {browser.anonymous_id}


def test_a_repeated_login_keeps_the_anonymous_id(browser: Browser, wire: Wire) -> None:
    browser.post("/signup/", username="anna")
    before = browser.anonymous_id
    browser.post("/login/?look=1", username="anna", password="secret")
    assert browser.anonymous_id == before
    assert wire.spoken[-1][0] == "Signed In"


def test_an_event_is_the_visitors_of_its_moment(browser: Browser, wire: Wire) -> None:
    """What was said in a request before it logged somebody in is not yet theirs; before a logout it still is."""
    browser.post("/signup/", username="anna")
    browser.post("/logout/?say=1")
    browser.post("/login/?say=1", username="anna", password="secret")
    user, old, new = wire.messages[0]["userId"], wire.messages[0]["anonymousId"], browser.anonymous_id
    anonymous = [message["anonymousId"] for message in wire.messages]
    assert [(*said, who) for said, who in zip(wire.spoken, anonymous, strict=True)][2:] == [
        ("Logout Asked", user, old),
        ("Signed Out", user, old),
        ("Login Asked", None, new),
        ("identify", user, new),
        ("Signed In", user, new),
    ]


def test_a_forged_user_cookie_names_nobody(browser: Browser, wire: Wire) -> None:
    browser.client.cookies["ajs_user_id"] = "4711"
    browser.get("/track/")
    browser.post("/signup/", username="anna")
    browser.get("/track/")
    assert "4711" not in {who for _, who in wire.spoken}
    assert wire.spoken[0] == ("Book Viewed", None)


def test_a_logout_deletes_the_browser_librarys_own_ids(browser: Browser, wire: Wire) -> None:
    browser.post("/signup/", username="anna")
    browser.client.cookies["ajs_user_id"] = "1"
    browser.client.cookies["ajs_group_id"] = "acme"
    answer = browser.post("/logout/").cookies
    gone = {name for name, cookie in answer.items() if cookie.value == "" and cookie["max-age"] == 0}
    assert gone >= {"ajs_user_id", "ajs_group_id"}
    assert answer["ajs_anonymous_id"].value == browser.anonymous_id != ""


@pytest.mark.parametrize("written", ["0f1e2d3c-aaaa", "%220f1e2d3c-aaaa%22", "0f1e2d3c-aaaa%22"])
def test_an_id_that_the_browser_library_wrote_is_kept(browser: Browser, wire: Wire, written: str) -> None:
    response = browser.get("/track/", cookie=f"ajs_anonymous_id={written}")
    assert wire.messages[0]["anonymousId"] == "0f1e2d3c-aaaa"
    assert not response.cookies


def test_the_crumbs_of_a_cookie_header_are_read_one_by_one() -> None:
    """HTTP/2 may split the header; taken together by commas, one cookie's value would hold the next one."""
    crumbs = [(b"cookie", b"ajs_anonymous_id=0f1e2d3c"), (b"cookie", b"sessionid=secret")]
    request = ASGIRequest({"type": "http", "method": "GET", "path": "/", "headers": crumbs}, BytesIO())
    assert DjangoRequest(request).cookies == "ajs_anonymous_id=0f1e2d3c; sessionid=secret"


@pytest.mark.parametrize(("cookie", "waits"), [(b"", False), (b"sessionid=" + b"a" * 32, True)])
def test_asynchronous_code_waits_for_a_user_only_where_a_session_came(cookie: bytes, waits: bool) -> None:
    async def is_ready() -> bool:
        scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"cookie", cookie)]}
        request = ASGIRequest(scope, BytesIO())
        SessionMiddleware(HttpResponse).process_request(request)
        AuthenticationMiddleware(HttpResponse).process_request(request)
        return DjangoRequest(request).user_ready

    assert asyncio.run(is_ready()) is not waits


def asked_by_a_browser(**cookies: str) -> HttpRequest:
    request = RequestFactory(headers={"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}).get(
        "/"
    )
    SessionMiddleware(HttpResponse).process_request(request)
    AuthenticationMiddleware(HttpResponse).process_request(request)
    return request


def test_who_logs_in_by_hand_after_an_event_is_known_from_then_on() -> None:
    request = asked_by_a_browser()
    scope = open_scope(request).scope
    assert scope.user is None
    request.session["anything"] = 1
    user = request._cached_user = User(pk=7)  # type: ignore[attr-defined] # as some projects do it
    assert scope.user is user


def test_to_vary_by_the_user_opens_no_session() -> None:
    """Nor does anybody take it for opened: here it would be a query, and in an event loop an error."""
    request = asked_by_a_browser(sessionid="a" * 32)
    reader = DjangoRequest(request)
    reader.vary_by_user()
    assert (request.session.accessed, reader._is_impersonated()) == (True, False)
    assert not hasattr(request.session, "_session_cache")


@pytest.mark.parametrize("written", ["x" * 5_000, "a%07b", "", "%ff"])
def test_an_id_that_cannot_be_one_counts_as_none(browser: Browser, wire: Wire, written: str) -> None:
    browser.get("/track/", cookie=f"ajs_anonymous_id={written}")
    assert wire.messages[0]["anonymousId"] == browser.anonymous_id != written


def test_the_second_request_brings_no_second_cookie(browser: Browser, wire: Wire) -> None:
    assert "ajs_anonymous_id" in browser.get("/track/").cookies
    assert not browser.get("/track/").cookies
    assert [message["anonymousId"] for message in wire.messages] == [browser.anonymous_id] * 2


@pytest.mark.parametrize("mode", ["read", "off"])
def test_without_a_cookie_to_set_a_stranger_is_not_counted(
    browser: Browser, wire: Wire, segment: Overridden, mode: str
) -> None:
    """Every id thrown away would be a user who is billed."""
    segment(COOKIE={"mode": mode})
    answer = browser.get("/track/")
    assert not answer.cookies
    assert wire.messages == []
    browser.post("/signup/", username="anna")
    known = [message for message in wire.messages if message["type"] == "track"]
    assert [set(message) & {"userId", "anonymousId"} for message in known] == [{"userId"}]


@pytest.mark.parametrize(("mode", "seen"), [("issue", "mine"), ("read", "mine"), ("off", None)])
def test_the_browsers_own_id_by_mode(
    browser: Browser, wire: Wire, segment: Overridden, mode: str, seen: str | None
) -> None:
    segment(COOKIE={"mode": mode})
    browser.client.cookies["ajs_anonymous_id"] = "mine"
    browser.get("/track/")
    assert [message["anonymousId"] for message in wire.messages] == ([seen] if seen else [])


def test_a_request_sent_twice_is_two_events_and_with_a_key_one(browser: Browser, wire: Wire) -> None:
    for _ in range(2):
        browser.get("/track/")
        browser.get("/keyed/")
    sent = Counter(message["event"] for message in wire.messages)
    assert sent == {"Book Viewed": 2, "Book Ordered": 1}
    assert [record.code for record in wire.server.discarded] == ["duplicate_message_id"]
    wire.server.clear()
