"""What a browser keeps is one person's: whatever another host has planted, another tab has seen, or a page remembers."""

from __future__ import annotations

import pytest

from segment_web.web.request.response_cookies import RESET
from tests.browser.content import Content
from tests.browser.test_in_chromium import HEAD, HOST, KNOWN, Open

pytestmark = pytest.mark.once
DOMAIN = ".shop.test"
ANONYMOUS = "ajs_anonymous_id"
PLANTED, OWN = "0f1e2d3c-0000-4000-8000-000000000001", "0f1e2d3c-0000-4000-8000-000000000002"
SHARED = {"domain": "shop.test"}
MARKED = "window.marked = true"
LISTENING = "analytics.on('reset', () => { window.forgotten = true })"


@pytest.mark.parametrize("cookie", [{}, SHARED], ids=["of the host", "of the domain"])
def test_a_planted_flag_brings_no_id(visit: Open, cookie: dict[str, str]) -> None:
    opened = visit(Content(head=HEAD), cookie=cookie)
    first = opened.go(messages=1)[0]["anonymousId"]
    opened.has(RESET, PLANTED, domain=DOMAIN)
    second = opened.go(messages=2)[1]["anonymousId"]
    assert second not in (PLANTED, first)
    assert opened.go(messages=3)[2]["anonymousId"] == second


@pytest.mark.parametrize("path", ["/", "/account", "/account/"])
def test_a_planted_id_beside_the_hosts_own_is_not_used(visit: Open, path: str) -> None:
    opened = visit(Content(head=HEAD))
    own = opened.go(messages=1)[0]["anonymousId"]
    opened.has(ANONYMOUS, PLANTED, domain=DOMAIN, path=path)
    opened.has("ajs_user_id", "planted", domain=DOMAIN, path=path)
    opened.has("ajs_user_id", "anna", domain=HOST)
    message = opened.go("/account/page", messages=2)[1]
    assert (message["anonymousId"], message["userId"]) == (own, "anna")
    assert {cookie["domain"] for cookie in opened.jar()} == {HOST}


def test_of_two_ids_of_the_domain_none_is_used(visit: Open) -> None:
    opened = visit(Content(head=HEAD), cookie=SHARED)
    own = opened.go(messages=1)[0]["anonymousId"]
    opened.has(ANONYMOUS, PLANTED, domain=DOMAIN, path="/account")
    second = opened.go("/account/page", messages=2)[1]["anonymousId"]
    assert second not in (own, PLANTED)
    assert opened.go(messages=3)[2]["anonymousId"] == second
    assert len([cookie for cookie in opened.jar() if cookie["name"] == ANONYMOUS]) == 1


@pytest.mark.parametrize("mode", ["issue", "read"])
def test_another_tab_forgets_who_has_left(visit: Open, mode: str) -> None:
    opened = visit(KNOWN, user_id="username", cookie={"mode": mode})
    opened.go("/sign-in?name=anna")
    opened.go(messages=2)
    left_open, opened.page = opened.page, opened.open()
    left_open.evaluate(LISTENING)
    opened.go(messages=4)
    opened.go("/sign-out")
    second = opened.go(messages=5)[4]["anonymousId"]
    left_open.wait_for_function("window.forgotten", polling=20)
    left_open.evaluate("void analytics.track('Late')")
    late = opened.proxy.wait(6)[5]
    assert (late["anonymousId"], late["userId"]) == (second, None)
    assert "ajs_user_id" not in opened.cookies
    assert (opened.stored("ajs_user_id"), opened.cookies[ANONYMOUS][0]) == (None, second)


def test_another_tab_follows_the_next_person(visit: Open) -> None:
    """What it forgets is not what the browser keeps of the one who has come."""
    opened = visit(KNOWN, user_id="username", user_traits=["username"])
    opened.go("/sign-in?name=anna")
    opened.go(messages=2)
    left_open, opened.page = opened.page, opened.open()
    left_open.evaluate(LISTENING)
    opened.go("/sign-in?name=berta")
    second = opened.go(messages=4)[3]["anonymousId"]
    left_open.wait_for_function("window.forgotten", polling=20)
    left_open.evaluate("void analytics.track('Late')")
    late = opened.proxy.wait(5)[4]
    assert (late["anonymousId"], late["userId"]) == (second, "berta")
    assert (opened.stored("ajs_user_id"), opened.stored("ajs_user_traits")) == ("berta", {"username": "berta"})


@pytest.mark.parametrize("page_after", [False, True], ids=["at once", "after another page"])
def test_a_page_that_comes_back_has_forgotten_who_has_left(visit: Open, page_after: bool) -> None:
    opened = visit(KNOWN, user_id="username")
    opened.go("/sign-in?name=anna")
    opened.go(messages=2)
    opened.page.evaluate(MARKED)
    opened.go("/sign-out")
    if page_after:
        opened.go(messages=3)
    sent = len(opened.proxy.wait(0))
    second = opened.cookies[ANONYMOUS][0]
    opened.page.evaluate(f"history.go({-1 - page_after})")
    opened.page.wait_for_function("window.marked")  # the page as it was left, not loaded again
    opened.page.evaluate("void analytics.track('Late')")
    late = opened.proxy.wait(sent + 1)[sent]
    assert (late["event"], late["anonymousId"], late["userId"]) == ("Late", second, None)
    assert "ajs_user_id" not in opened.cookies
    assert RESET not in opened.cookies


def test_another_host_of_the_domain_forgets_who_has_left(visit: Open) -> None:
    """Each host has a localStorage of its own, and analytics.js believes it."""
    opened = visit(KNOWN, user_id="username", cookie=SHARED)
    opened.go("/sign-in?name=anna")
    opened.go(messages=2)
    elsewhere = opened.open()
    elsewhere.goto(opened.url.replace("www.", "app."))
    opened.proxy.wait(3)
    elsewhere.evaluate("localStorage.ajs_user_id = '\"anna\"'")
    elsewhere.goto("about:blank")
    opened.go("/sign-out")
    second = opened.go(messages=4)[3]["anonymousId"]
    elsewhere.goto(opened.url.replace("www.", "app."))
    message = opened.proxy.wait(5)[4]
    assert (message["anonymousId"], message["userId"]) == (second, None)


@pytest.mark.parametrize("how", ["the page after it", "the banner", "the banner, and again"])
def test_a_refusal_ends_what_analytics_js_keeps(visit: Open, how: str) -> None:
    opened = visit(KNOWN, user_id="username", user_traits=["username"], consent="cookie")
    opened.has("segment_consent", "true", domain=HOST)
    opened.go("/sign-in?name=anna")
    first = opened.go(messages=2)[0]["anonymousId"]
    assert opened.stored("ajs_user_traits") == {"username": "anna"}
    opened.has("segment_consent", "false", domain=HOST)
    if "banner" in how:
        opened.page.evaluate("segmentWeb.consent(false); void analytics.track('Late')")
    else:
        opened.go()
    assert opened.page.evaluate("Object.keys(localStorage)") == []
    assert not {name for name in opened.cookies if name.startswith("ajs_")}
    opened.has("segment_consent", "true", domain=HOST)
    opened.page.evaluate("segmentWeb.consent()") if how == "the banner, and again" else opened.go()
    messages = opened.proxy.wait(3 if "again" in how else 4)  # the user is identified by a page
    assert first not in {message["anonymousId"] for message in messages[2:]}
    assert "Late" not in {message.get("event") for message in messages}
