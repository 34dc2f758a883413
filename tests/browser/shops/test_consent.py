"""The shops' banner: nothing is recorded before the visitor agrees, and nothing after they change their mind."""

from __future__ import annotations

from tests.browser.shops.conftest import Enter, Shop
from tests.browser.shops.shopper import HOST
from tests.contracts.browser import ANONYMOUS_ID


def test_a_visitor_agrees_and_changes_their_mind(shop: Shop, enter: Enter) -> None:
    visitor = enter(shop, has_agreed=False)
    visitor.page.goto("/search/?q=tea")
    assert {cookie["name"] for cookie in visitor.jar} <= {"csrftoken", "session"}
    visitor.answer("Yes, you may")
    visitor.page.wait_for_url("**/search/?q=tea")
    visitor.go("/")
    told = visitor.told(2)
    while "page" not in {message["type"] for message in told}:  # the browser's call may come after the server's
        told = visitor.told(len(told) + 1)
    assert all(message["context"]["consent"] == {"categoryPreferences": {"analytics": True}} for message in told)
    visitor.answer("Stop counting")
    assert ANONYMOUS_ID not in {cookie["name"] for cookie in visitor.jar}
    visitor.page.goto("/cart/")
    assert visitor.page.get_by_role("button", name="Count it").is_visible()


def test_a_page_names_its_cart_and_its_events(shop: Shop, enter: Enter) -> None:
    visitor = enter(shop)
    visitor.page.goto("/")
    visitor.page.get_by_role("link", name="Cart 0 things", exact=True).wait_for()
    link = visitor.page.get_by_role("link", name="See the events of this shop")
    assert link.get_attribute("href") == shop.collector.url
    assert visitor.page.url.split("/")[2].startswith(HOST)
