"""Who the visitor is, through newsletter, sign-up and logout: browser and server tell it alike, and merge nobody."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.shops.conftest import Enter, Shop
from tests.browser.shops.shopper import HOST, Message, by, who
from tests.contracts.browser import ANONYMOUS_ID

PLANTED, OWN = "0f1e2d3c-0000-4000-8000-000000000001", "0f1e2d3c-0000-4000-8000-000000000002"
SESSIONS = {"django": "sessionid", "flask": "session"}


def test_the_walk_from_a_stranger_to_an_account_and_out_again(enter: Enter, shop: Shop) -> None:
    shopper = enter(shop)
    shopper.go("/products/acorn-mug/")
    shopper.subscribe("anna@example.com")
    shopper.told(5)
    first = shopper.anonymous_id
    shopper.sign_up("anna")
    shopper.zoom()
    shopper.told(11)
    shopper.sign_out()
    shopper.zoom()
    messages = shopper.told(15)
    user, second = messages[10]["userId"], shopper.anonymous_id
    assert by(messages[:5]) == {
        "browser": ["page", "page"],
        "server": ["Product Viewed", "Product Viewed", "identify"],
    }
    known = {"browser": ["Zoomed", "identify", "page", "page"], "server": ["Signed Up", "identify"]}
    assert by(messages[5:11]) == known
    assert by(messages[11:]) == {"browser": ["Zoomed", "page"], "server": ["Product List Viewed", "Signed Out"]}
    assert who(messages[:5]) == {(first, None)}
    assert who(messages[5:11]) == {(first, None), (first, user)}  # None: the page with the form
    assert who(messages[11:]) == {(first, user), (second, None)}
    assert {message["event"] for message in messages[11:] if message["anonymousId"] == first} == {"Signed Out"}
    assert (shopper.stored("ajs_user_id"), shopper.stored("ajs_user_traits")) == (None, None)


@pytest.mark.once
def test_two_people_at_one_computer_are_never_merged(enter: Enter, shop: Shop) -> None:
    shopper = enter(shop)
    for name in ("anna", "berta"):
        shopper.sign_up(name)
        shopper.zoom()
        shopper.sign_out()
    shopper.sign_in("anna")
    messages = shopper.told(23)
    assert_nobody_is_merged(messages, people=2, browsers=3)
    assert [traits["firstName"] for traits in traits_of(messages)] == [*["anna"] * 2, *["berta"] * 2, *["anna"] * 2]


@pytest.mark.once
def test_who_follows_an_expired_session_is_somebody_else(enter: Enter, shop: Shop) -> None:
    """No logout told anybody; it is analytics.js that remembers the first one."""
    shopper = enter(shop)
    shopper.sign_up("anna")
    shopper.told(5)
    shopper.loses(SESSIONS[shop.framework])
    shopper.sign_up("berta")
    shopper.zoom()
    messages = shopper.told(11)
    assert_nobody_is_merged(messages, people=2, browsers=2)
    assert shopper.stored("ajs_user_traits")["firstName"] == "berta"


@pytest.mark.once
def test_a_page_left_open_does_not_bring_the_first_one_back(enter: Enter, shop: Shop) -> None:
    shopper = enter(shop)
    shopper.sign_up("anna")
    shopper.told(5)
    left_open, shopper.page = shopper.page, shopper.open_tab()
    shopper.go("/")
    shopper.sign_out()
    shopper.sign_up("berta")
    left_open.evaluate("void analytics.track('Late')")
    messages = shopper.told(16)
    assert_nobody_is_merged(messages, people=2, browsers=2)


@pytest.mark.once
def test_the_last_word_of_who_leaves_is_not_the_next_ones(enter: Enter, shop: Shop) -> None:
    """analytics.js keeps what it could not send, and sends it from the next page: after the logout."""
    shopper = enter(shop)
    shopper.sign_up("anna")
    shopper.told(5)
    shopper.loses_what_it_sends_from("/account/")
    shopper.run("analytics.track('Last Word')")
    with shopper.page.expect_response(lambda answer: "Last Word" in (answer.request.post_data or "")) as sent_late:
        shopper.sign_out()
    assert sent_late.value.status == 200
    shopper.zoom()
    assert by(shopper.told(9)[5:]) == {"browser": ["Zoomed", "page"], "server": ["Product List Viewed", "Signed Out"]}
    assert {complaint.partition(":")[0] for complaint in shopper.complaints} == {"Failed to load resource"}
    shopper.complaints.clear()


@pytest.mark.once
@pytest.mark.parametrize("scopes", [(".shop.test", HOST), (HOST, ".shop.test")], ids=["sent first", "sent last"])
def test_an_id_of_the_whole_domain_is_never_linked_beside_our_own(
    enter: Enter, shop: Shop, scopes: tuple[str, str]
) -> None:
    """Another host of the domain planted it; analytics.js by itself would copy the first over the other."""
    shopper = enter(shop)
    for domain in scopes:
        shopper.has(ANONYMOUS_ID, OWN if domain == HOST else PLANTED, domain=domain)
    shopper.go("/products/acorn-mug/")
    shopper.sign_up("anna")
    messages = shopper.told(7)
    assert {message["anonymousId"] for message in messages if "userId" in message} == {OWN}
    assert {identity for identity, _ in who([*messages[1:]])} == {OWN}  # the server's first event came before the page
    assert [cookie["domain"] for cookie in shopper.jar if cookie["name"] == ANONYMOUS_ID] == [HOST]


def assert_nobody_is_merged(messages: list[Message], *, people: int, browsers: int) -> None:
    """Each anonymous id is one person's at most, and all are known by server and browser."""
    users: dict[str, set[str]] = {}
    for message in messages:
        users.setdefault(message["anonymousId"], set()).update({message["userId"]} if "userId" in message else ())
    assert len(users) >= browsers
    assert max(map(len, users.values())) == 1
    assert len(set().union(*users.values())) == people
    assert "alias" not in {message["type"] for message in messages}


def traits_of(messages: list[Message]) -> list[dict[str, Any]]:
    return [message["traits"] for message in messages if message["type"] == "identify"]
