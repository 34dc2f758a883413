"""Every way in which analytics.js sends arrives once, as of the visitor whom the server knows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.shops.conftest import Enter, Shop
from tests.browser.shops.shopper import by, who

OUR_ADDRESS = "127.0.0.1"  # of the browser, as the server sees it; analytics.js itself knows none


def addresses(messages: list[dict[str, Any]]) -> set[str]:
    return {message["context"]["ip"] for message in messages}


def test_each_of_the_six_calls(enter: Enter, shop: Shop) -> None:
    shopper = enter(shop)
    shopper.sign_up("anna")
    shopper.go("/products/acorn-mug/")
    shopper.run(
        "analytics.track('Zoomed', {times: 2}); analytics.identify({plan: 'pro'}); analytics.group('acme', {size: 5});"
        "analytics.screen('Gallery'); analytics.alias(analytics.user().id(), analytics.user().anonymousId())"
    )
    messages = shopper.told(12)
    user = messages[-1]["userId"]
    assert by(messages) == {
        "browser": ["Zoomed", "alias", "group", "identify", "identify", "page", "page", "page", "screen"],
        "server": ["Product Viewed", "Signed Up", "identify"],
    }
    assert who(messages) == {(shopper.anonymous_id, None), (shopper.anonymous_id, user)}
    assert addresses(messages) == {OUR_ADDRESS}


def test_the_network_is_idle_once_the_events_are_sent(enter: Enter, shop: Shop) -> None:
    """Chromium keeps an answer with ``no-store`` open until the page reads its body, which analytics.js never does."""
    shopper = enter(shop)
    failed: list[str] = []
    shopper.page.on("requestfailed", lambda request: failed.append(request.url))
    for path in ("/products/acorn-mug/", "/cart/"):
        shopper.go(path)
        shopper.page.wait_for_load_state("networkidle", timeout=10_000)
    assert failed == []


@pytest.mark.once
def test_what_is_said_directly_before_leaving(enter: Enter, shop: Shop) -> None:
    shopper = enter(shop)
    shopper.go("/products/acorn-mug/")
    shopper.told(2)
    shopper.run("analytics.track('Leaving'); location.href = '/cart/'")
    shopper.page.wait_for_url("**/cart/")
    messages = shopper.told(5)
    assert by(messages) == {"browser": ["Leaving", "page", "page"], "server": ["Cart Viewed", "Product Viewed"]}
    assert who(messages) == {(shopper.anonymous_id, None)}
    assert addresses(messages) == {OUR_ADDRESS}


@pytest.mark.once
def test_batches(enter: Enter, batching_shop: Shop) -> None:
    """One is full at three; what is left in the next goes when the visitor does."""
    shopper = enter(batching_shop)
    shopper.open("/products/acorn-mug/")
    shopper.run("analytics.track('First'); analytics.track('Second')")
    assert by(shopper.told(4))["browser"] == ["First", "Second", "page"]
    shopper.run("analytics.track('Third'); analytics.track('Leaving')")
    shopper.page.goto("/cart/")
    messages = shopper.told(7)
    assert by(messages) == {
        "browser": ["First", "Leaving", "Second", "Third", "page"],
        "server": ["Cart Viewed", "Product Viewed"],
    }
    assert who(messages) == {(shopper.anonymous_id, None)}
    assert addresses(messages) == {OUR_ADDRESS}
