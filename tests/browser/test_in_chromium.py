"""The snippet in a real browser, with the real analytics.js behind a stand-in for the first-party proxy."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from segment_web.web.request.response_cookies import RESET
from tests.browser.content import Content, tag

if TYPE_CHECKING:
    from tests.browser.chromium import Visit

# What the browser does once it has the page, whoever made it: test_each_site_in_chromium.py has it from each framework.
pytestmark = pytest.mark.once
HOST = "www.shop.test"

Open = Callable[..., "Visit"]
ICON = "<link rel=icon href=data:,>"  # or the browser asks for one
HEAD = (ICON, tag("snippet", name="Home"))
KNOWN = Content(head=HEAD, body=[tag("identify")])


def said(messages: list[dict[str, Any]]) -> list[str]:
    return [message.get("event") or message["type"] for message in messages]


def test_a_user_who_follows_without_a_logout_is_somebody_else_too(visit: Open) -> None:
    opened = visit(KNOWN, user_id="username")
    opened.go("/sign-in?name=anna")
    opened.go(messages=2)
    opened.go("/sign-in?name=berta")
    second = opened.cookies["ajs_anonymous_id"][0]
    messages = opened.go(messages=4)
    assert {(message["anonymousId"], message["userId"]) for message in messages[2:]} == {(second, "berta")}
    assert messages[0]["anonymousId"] != second


@pytest.mark.parametrize("mode", ["issue", "read"])
def test_destinations_in_the_browser_hear_of_the_logout_once(visit: Open, mode: str) -> None:
    counted = "<script>resets = 0; analytics.on('reset', () => { resets += 1 })</script>"
    opened = visit(Content(head=(*HEAD, counted)), cookie={"mode": mode})
    first = opened.go(messages=1)[0]["anonymousId"]
    opened.go("/sign-in?name=anna")
    opened.go("/sign-out")
    renewed = opened.cookies["ajs_anonymous_id"][0] if mode == "issue" else None
    second = opened.go(messages=2)[1]["anonymousId"]
    assert opened.page.evaluate("resets") == 1
    assert opened.cookies["ajs_anonymous_id"][0] == second != first
    assert renewed in (None, second)
    assert opened.go(messages=3)[2]["anonymousId"] == second
    assert opened.page.evaluate("resets") == 0


def test_what_loads_with_analytics_js_never_sees_who_has_left(visit: Open) -> None:
    """Destinations look at ids while they load, which is before ``analytics.reset()`` can be called."""
    plugin = (
        "{name: 'Probe', version: '1', type: 'utility', isLoaded: () => true, load: async (_, found) => {"
        "seen = [found.user().id(), found.user().traits().username, found.user().anonymousId()]}}"
    )
    head = (*HEAD, f"<script>analytics.register({plugin})</script>")
    opened = visit(Content(head=head, body=[tag("identify")]), user_id="username", user_traits=["username"])
    opened.go("/sign-in?name=anna")
    opened.go(messages=2)
    opened.go(messages=3)
    assert opened.page.evaluate("seen").pop(0) == "anna"
    opened.go("/sign-out")
    second = opened.cookies["ajs_anonymous_id"][0]
    opened.go(messages=4)
    assert opened.page.evaluate("seen") == [None, None, second]


def test_identify_is_said_once_in_each_tab(visit: Open) -> None:
    opened = visit(KNOWN, user_id="username")
    opened.go("/sign-in?name=anna")
    opened.go(messages=2)
    opened.go(messages=3)
    opened.page = opened.open()
    assert sorted(said(opened.go(messages=5))) == ["identify", "identify", "page", "page", "page"]


def test_identify_is_said_again_when_analytics_js_has_forgotten(visit: Open) -> None:
    opened = visit(KNOWN, user_id="username")
    opened.go("/sign-in?name=anna")
    opened.go(messages=2)
    opened.page.evaluate("analytics.reset()")
    assert sorted(said(opened.go(messages=4))) == ["identify", "identify", "page", "page"]


def test_the_cookie_is_one_cookie(visit: Open) -> None:
    """Of the host alone, as the server's; without our options it would be a second one, of the domain."""
    opened = visit(Content(head=HEAD))
    opened.go(messages=1)
    opened.go("/sign-in?name=anna")
    assert [cookie["domain"] for cookie in opened.jar() if cookie["name"] == "ajs_anonymous_id"] == [HOST]


def test_the_cookie_may_be_the_domains(visit: Open) -> None:
    opened = visit(KNOWN, cookie={"domain": "shop.test"})
    opened.go(messages=1)
    opened.go("/sign-in?name=anna")
    opened.go(messages=3)
    opened.go("/sign-out")
    opened.go(messages=4)
    assert [cookie["domain"] for cookie in opened.jar() if cookie["name"] == "ajs_anonymous_id"] == [".shop.test"]
    assert RESET not in opened.cookies


def test_a_logout_ends_what_another_snippet_kept_for_the_whole_domain(visit: Open) -> None:
    """Of two cookies of one name the older is read first, and that would be the last person's."""
    opened = visit(KNOWN)
    opened.has("ajs_anonymous_id", "0f1e2d3c-0000-4000-8000-000000000002", domain=".shop.test")
    opened.has("ajs_user_id", "anna", domain=".shop.test")
    opened.go("/sign-in?name=anna")
    opened.go("/sign-out")
    second = next(cookie["value"] for cookie in opened.jar() if cookie["domain"] == HOST and "anon" in cookie["name"])
    assert opened.go(messages=1)[0]["anonymousId"] == second
    assert {name for name in opened.cookies if name.startswith("ajs_")} == {"ajs_anonymous_id"}
    assert opened.cookies["ajs_anonymous_id"] == (second, HOST)


def test_over_https_its_cookies_are_secure(visit: Open) -> None:
    opened = visit(KNOWN, tls=True, snippet={"global_name": "metrics"})
    opened.go(messages=1)
    opened.go("/sign-in?name=anna")
    opened.go(messages=3)
    assert {cookie["name"]: cookie["secure"] for cookie in opened.jar() if cookie["name"].startswith("ajs_")} == {
        "ajs_anonymous_id": True,
        "ajs_user_id": True,
    }
    opened.go("/sign-out")
    opened.go(messages=4)
    assert [cookie["secure"] for cookie in opened.jar() if cookie["name"].startswith("ajs_")] == [True]
    assert (opened.complaints, opened.hosts, opened.page.evaluate("window.analytics")) == ([], {HOST}, None)


def test_where_analytics_js_is_blocked_the_new_id_stays(visit: Open) -> None:
    opened = visit(KNOWN, tls=True)
    opened.go("/sign-in?name=anna")
    opened.go("/sign-out")
    second = opened.cookies["ajs_anonymous_id"]
    opened.page.route("**/analytics.js/**", lambda route: route.abort())
    opened.go()
    kept = [cookie for cookie in opened.jar() if cookie["name"] == "ajs_anonymous_id"]
    assert [(cookie["value"], cookie["domain"], cookie["secure"]) for cookie in kept] == [(*second, True)]
    assert RESET not in opened.cookies


def test_every_stub_keeps_its_calls_for_analytics_js(visit: Open) -> None:
    calls = (
        "analytics.track('Early', {a: 1}); analytics.group('g'); analytics.alias('x', 'y'); analytics.screen('S');"
        "analytics.identify({plan: 'pro'}); analytics.setAnonymousId('0f1e2d3c-0000-4000-8000-000000000001');"
        "analytics.ready(() => { ready = true }); history.replaceState(null, '', '/gone')"
    )
    opened = visit(Content(head=(*HEAD, f"<script>{calls}</script>")))
    messages = opened.go(messages=6)
    assert sorted(said(messages)) == ["Early", "alias", "group", "identify", "page", "screen"]
    assert {message["anonymousId"] for message in messages} == {"0f1e2d3c-0000-4000-8000-000000000001"}
    assert {message["context"]["page"]["path"] for message in messages} == {"/"}  # where they were made
    opened.page.wait_for_function("window.ready")


def test_a_second_snippet_does_nothing(visit: Open) -> None:
    opened = visit(Content(head=(ICON, tag("snippet"), tag("snippet", name="Again"))))
    messages = opened.go(messages=1)
    assert (opened.complaints, opened.proxy.loaded) == (["Segment snippet included twice."], 1)
    opened.page.evaluate("void analytics.track('Last')")
    assert said(opened.proxy.wait(2)) == ["page", "Last"]
    assert "name" not in messages[0]["properties"]


def test_a_link_cannot_make_it_speak(visit: Open) -> None:
    opened = visit(Content(head=HEAD))
    opened.go("/?ajs_uid=forged&ajs_event=Forged&ajs_aid=forged", messages=1)
    opened.page.evaluate("void analytics.track('Last')")
    messages = opened.proxy.wait(2)
    assert said(messages) == ["page", "Last"]
    assert {message["userId"] for message in messages} == {None}


def test_nothing_is_loaded_kept_or_stored_before_consent(visit: Open) -> None:
    head = (ICON, tag("snippet", name="Home", hold=True), "<script>analytics.track('Early')</script>")
    opened = visit(Content(head=head, body=[tag("page", name="Below")]))
    opened.go()
    assert (opened.proxy.loaded, opened.cookies, opened.page.evaluate("localStorage.length")) == (0, {}, 0)
    opened.page.evaluate("segmentWeb.consent()")
    assert {message["name"] for message in opened.proxy.wait(2)} == {"Home", "Below"}
    opened.page.evaluate("segmentWeb.consent()")
    opened.page.evaluate("void analytics.track('Last')")
    assert said(opened.proxy.wait(3)) == ["page", "page", "Last"]


def test_another_name_than_analytics(visit: Open) -> None:
    opened = visit(Content(head=HEAD, body=[tag("page", name="Below")]), snippet={"global_name": "metrics"})
    opened.go(messages=2)
    opened.page.evaluate("void metrics.track('Last')")
    assert said(opened.proxy.wait(3)) == ["page", "page", "Last"]
    assert opened.page.evaluate("Object.keys(analytics)") == ["_cdn"]


def test_an_explicit_page_call_is_the_only_one(visit: Open) -> None:
    opened = visit(Content(head=(ICON, tag("snippet", page=False)), body=[tag("page", name="Below", depth=2)]))
    opened.go(messages=1)
    opened.page.evaluate("void analytics.track('Last')")
    page, last = opened.proxy.wait(2)
    assert (page["name"], page["properties"]["depth"], last["event"]) == ("Below", 2, "Last")
