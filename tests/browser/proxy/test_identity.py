"""A page speaks for the visitor of its request and for nobody else, whatever it claims."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from segment_web.collector import CollectorServer
from segment_web.messages.ids import dedupe_id
from tests.browser.proxy.cdn import KEY
from tests.browser.proxy.conftest import Open
from tests.browser.proxy.page import IN_THE_BROWSER, PEER, Page
from tests.contracts.browser import ANONYMOUS_ID
from tests.contracts.said import label, said

VICTIM = "31337"
EARLIER = "0f1e2d3c-0000-4000-8000-000000000001"  # the anonymous id of a visitor who has left the browser
EVENTS, ALL = "tps", "tpsiga"


def log_in(page: Page, segment: CollectorServer) -> str:
    """The id of the user who is logged in now."""
    assert page.post("/sign-up?name=anna").status == 200
    return str(last(page, segment)["userId"])


def last(page: Page, segment: CollectorServer) -> dict[str, Any]:
    return said(page.app, segment)[-1]


def test_browser_and_server_are_one_person(open_page: Open, segment: CollectorServer) -> None:
    page = open_page()
    user = log_in(page, segment)
    page.send(userId=user, event="In the Browser")
    page.send(userId=None, event="Before identify")
    page.get("/seen")
    ids = {(message["anonymousId"], message["userId"]) for message in said(page.app, segment)}
    assert ids == {(page.anonymous_id, user)}


def test_a_visitor_keeps_the_id_that_the_browser_made(open_page: Open, segment: CollectorServer) -> None:
    """analytics.js writes the cookie itself; before it has, its word is all there is, and no second id is made."""
    page = open_page()
    page.send()
    assert page.anonymous_id is None
    page.cookies[ANONYMOUS_ID] = IN_THE_BROWSER
    page.get("/seen")
    assert {message["anonymousId"] for message in said(page.app, segment)} == {IN_THE_BROWSER}


def test_the_cookie_wins_over_the_body(open_page: Open, segment: CollectorServer) -> None:
    page = open_page()
    page.get("/seen")
    page.send(anonymousId="somebody-else")
    assert last(page, segment)["anonymousId"] == page.anonymous_id


@pytest.mark.parametrize("cookie", [{"httponly": True}, {"mode": "off"}], ids=["httponly", "off"])
def test_a_cookie_out_of_the_browsers_reach_does_not(
    open_page: Open, segment: CollectorServer, cookie: dict[str, Any]
) -> None:
    page = open_page(settings={"cookie": cookie})
    page.cookies[ANONYMOUS_ID] = "of-the-server"
    page.send(anonymousId=IN_THE_BROWSER)
    assert last(page, segment)["anonymousId"] == IN_THE_BROWSER


@pytest.mark.parametrize("cookie", [{"httponly": True}, {"mode": "off"}], ids=["httponly", "off"])
def test_without_a_cookie_to_compare_a_profile_needs_the_users_id(
    open_page: Open, segment: CollectorServer, cookie: dict[str, Any]
) -> None:
    """A late ``identify`` of an earlier visitor has no user id either."""
    page = open_page(settings={"cookie": cookie})
    user = log_in(page, segment)
    before = len(said(page.app, segment))
    for claim, endpoint in product((None, user), "ig"):
        page.send(endpoint, userId=claim, anonymousId=EARLIER, groupId="acme", traits={"plan": "pro"})
    assert [message["type"] for message in said(page.app, segment)[before:]] == ["identify", "group"]


@pytest.mark.parametrize("endpoint", ["t", "p", "s", "g"])
def test_a_visitor_who_is_not_logged_in_is_no_user(open_page: Open, segment: CollectorServer, endpoint: str) -> None:
    page = open_page()
    page.send(endpoint, userId=VICTIM, groupId="acme")
    message = last(page, segment)
    assert "userId" not in message
    assert message["anonymousId"] == IN_THE_BROWSER


def test_an_anonymous_identify_keeps_its_traits_and_loses_its_user(open_page: Open, segment: CollectorServer) -> None:
    page = open_page()
    page.send("i", userId=VICTIM, traits={"plan": "pro"})
    message = last(page, segment)
    assert (message["type"], message["traits"]) == ("identify", {"plan": "pro"})
    assert "userId" not in message


def test_a_logged_in_user_cannot_speak_for_another(open_page: Open, segment: CollectorServer) -> None:
    page = open_page()
    user = log_in(page, segment)
    page.send(userId=VICTIM)
    assert last(page, segment)["userId"] == user


def test_the_group_of_another_is_not_the_users(open_page: Open, segment: CollectorServer) -> None:
    page = open_page()
    log_in(page, segment)
    before = len(said(page.app, segment))
    page.send("g", userId=VICTIM, groupId="acme")
    assert len(said(page.app, segment)) == before


def test_the_traits_of_another_do_not_come_with_an_event(open_page: Open, segment: CollectorServer) -> None:
    page = open_page()
    user = log_in(page, segment)
    page.send(userId=VICTIM, context={"traits": {"email": "victim@example.com"}})
    assert "traits" not in last(page, segment)["context"]
    page.send(userId=user, context={"traits": {"plan": "pro"}})
    assert last(page, segment)["context"]["traits"] == {"plan": "pro"}


@pytest.mark.parametrize("logged_in", [True, False], ids=["a user", "a visitor"])
def test_traits_go_with_the_ids_that_are_replaced(open_page: Open, segment: CollectorServer, logged_in: bool) -> None:
    """If the page did not know the user whose id the message gets, its traits may be another person's address."""
    page = open_page()
    user = log_in(page, segment) if logged_in else None
    page.get("/seen")
    page.send(userId=None, context={"traits": {"email": "victim@example.com"}})
    assert ("traits" in last(page, segment)["context"]) is not logged_in
    page.send(userId=user, context={"traits": {"plan": "pro"}})
    assert last(page, segment)["context"]["traits"] == {"plan": "pro"}


def test_where_the_server_knows_groups_a_page_says_no_other(open_page: Open, segment: CollectorServer) -> None:
    page = open_page(settings={"group": lambda request: "acme", "visit": True})
    page.send("g", groupId="acme")
    assert said(page.app, segment) == []  # nobody is logged in, and no group is theirs
    log_in(page, segment)
    page.send("g", groupId="rivals", traits={"plan": "free"})
    page.send(context={"groupId": "rivals", "visit": {"id": "forged"}})
    page.send("g", groupId="acme", traits={"plan": "pro"})
    assert "rivals" not in str(said(page.app, segment))
    assert "forged" not in str(said(page.app, segment))
    assert last(page, segment)["traits"] == {"plan": "pro"}


def test_what_the_setting_context_says_is_the_applications_word(open_page: Open, segment: CollectorServer) -> None:
    page = open_page(settings={"context": lambda scope: {"tenant": "acme"}})
    page.send(context={"tenant": "rivals", "locale": "fr"})
    context = last(page, segment)["context"]
    assert (context["tenant"], context["locale"]) == ("acme", "fr")


def test_the_id_of_a_servers_event_is_not_to_be_had(open_page: Open, segment: CollectorServer) -> None:
    """Segment would drop the event that the server sends under this id later; a page shows the key that it is made of."""
    page = open_page()
    claimed = dedupe_id("order-7", KEY)
    page.send(messageId=claimed)
    assert last(page, segment)["messageId"] != claimed


def test_a_logged_in_user_identifies_nobody_else(open_page: Open, segment: CollectorServer) -> None:
    """The traits of the one must not land on the other: a shared computer, a page that was left open."""
    page = open_page()
    log_in(page, segment)
    before = len(said(page.app, segment))
    page.send("i", userId=VICTIM, traits={"email": "victim@example.com"})
    assert len(said(page.app, segment)) == before
    assert page.app.analytics is not None
    assert page.app.analytics.stats().dropped == {"foreign_user": 1}


@pytest.mark.parametrize(
    ("user", "previous"), [(VICTIM, None), (None, VICTIM), (VICTIM, VICTIM)], ids=["to", "from", "both"]
)
@pytest.mark.parametrize("logged_in", [True, False], ids=["a user", "a visitor"])
def test_nobody_is_merged_with_another(
    open_page: Open, segment: CollectorServer, user: str | None, previous: str | None, logged_in: bool
) -> None:
    page = open_page()
    own = log_in(page, segment) if logged_in else None
    page.send("a", userId=user or own, previousId=previous or page.anonymous_id or IN_THE_BROWSER)
    assert "alias" not in map(label, said(page.app, segment))


def test_an_alias_from_the_visitor_to_the_user_is_one(open_page: Open, segment: CollectorServer) -> None:
    page = open_page()
    user = log_in(page, segment)
    page.send("a", userId=user, previousId=page.anonymous_id)
    message = last(page, segment)
    assert (message["type"], message["userId"], message["previousId"]) == ("alias", user, page.anonymous_id)


def test_a_page_left_open_says_nothing_of_who_is_gone(open_page: Open, segment: CollectorServer) -> None:
    """Two users of one computer in turn: what the first one's page says late is nothing of the next one's."""
    page = open_page()
    anna = log_in(page, segment)
    first = page.anonymous_id
    page.post("/sign-out")
    assert page.anonymous_id != first
    before = len(said(page.app, segment))
    page.send(userId=anna, anonymousId=first, event="Late")
    assert len(said(page.app, segment)) == before
    assert page.app.analytics is not None
    assert page.app.analytics.stats().dropped == {"foreign_user": 1}


@pytest.mark.parametrize(
    ("logged_in", "taken"),
    [
        (False, {"none": ALL, "other": "tpsig", "none, late": EVENTS, "other, late": ""}),
        (True, {"none": ALL, "own": ALL, "other": EVENTS, "none, late": "", "own, late": ALL, "other, late": ""}),
    ],
    ids=["a visitor", "a user"],
)
def test_a_late_message_is_the_present_visitors_only_if_it_names_them(
    open_page: Open, segment: CollectorServer, logged_in: bool, taken: dict[str, str]
) -> None:
    """Each call type with each user id, with the cookie's anonymous id and with an earlier one."""
    page = open_page()
    page.get("/seen")
    user = log_in(page, segment) if logged_in else None
    before = len(said(page.app, segment))
    for claim, endpoint in product(taken, ALL):
        names = {"none": None, "own": user, "other": VICTIM}[claim.partition(",")[0]]
        ids = {"userId": names, "anonymousId": EARLIER if "late" in claim else page.anonymous_id}
        context = {"traits": {"claim": claim}, "groupId": claim}
        page.send(endpoint, groupId="acme", previousId=page.anonymous_id, context=context, **ids)
    messages = said(page.app, segment)[before:]
    assert {(message["anonymousId"], message.get("userId")) for message in messages} == {(page.anonymous_id, user)}
    assert [message["type"][0] for message in messages] == list("".join(taken.values()))
    described = {message["context"].get("traits", {}).get("claim") for message in messages}
    assert described == {None, *taken} & {None, "own", "own, late", *(() if logged_in else ("none",))}
    grouped = {message["context"].get("groupId") for message in messages}
    assert grouped == {None, *taken} & {None, "none", "own", "own, late"}


@pytest.mark.parametrize("logged_in", [True, False], ids=["a user", "a visitor"])
def test_of_two_ids_that_the_browser_sends_the_page_cannot_choose(
    open_page: Open, segment: CollectorServer, logged_in: bool
) -> None:
    """Another host of the domain has set one of them, and analytics.js may have read that one."""
    page = open_page()
    user = log_in(page, segment) if logged_in else None
    before = len(said(page.app, segment))
    for endpoint in "ti":
        page.cookies |= {f"other; {ANONYMOUS_ID}": EARLIER, ANONYMOUS_ID: IN_THE_BROWSER}
        page.send(endpoint, userId=None if endpoint == "i" else user, anonymousId=EARLIER, traits={"plan": "pro"})
    (message,) = said(page.app, segment)[before:]
    assert (message["type"], message.get("userId")) == ("track", user)
    assert message.get("anonymousId") not in (EARLIER, IN_THE_BROWSER)


@pytest.mark.parametrize("name", ["ip", "consent", "direct", "externalIds"])
def test_what_the_server_knows_is_not_the_browsers_to_say(open_page: Open, segment: CollectorServer, name: str) -> None:
    page = open_page()
    page.send(context={name: "forged", "page": {"url": "http://shop.test/"}}, receivedAt="2001-01-01T00:00:00Z")
    message = last(page, segment)
    assert message["context"].get(name) == (PEER if name == "ip" else None)
    assert not message["receivedAt"].startswith("2001")


def test_the_user_is_asked_for_only_when_something_was_said(open_page: Open, segment: CollectorServer) -> None:
    asked: list[object] = []
    page = open_page(settings={"user_id": lambda user: asked.append(user) or "7"})
    page.post("/sign-up?name=anna")
    asked.clear()
    page.post_body("m", b"{}")
    page.post_body("t", b"junk")
    page.fetch("v1/projects/contract-write-key/settings")
    Page(page.app).send(userId="7", headers={"User-Agent": "Googlebot/2.1"})
    assert asked == []
    page.send(userId="7")
    assert asked
