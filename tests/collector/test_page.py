"""The live page in a real browser."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator

import httpx
import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import Page, Route, expect, sync_playwright

from segment_web.collector import CollectorServer
from tests.collector.messages import batch, track

pytestmark = pytest.mark.once
expect.set_options(timeout=30_000)  # milliseconds; a busy machine takes a while
CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage"
).split()

EVIL = "<img src=x onerror=\"document.title='owned'\">"


ORDER = track(
    "m1",
    event="Order Completed",
    properties={"total": 12.5, "lines": [1, 2]},
    timestamp="2024-01-05T10:00:00.250Z",
)


@pytest.fixture
def page(server: CollectorServer) -> Iterator[Page]:
    """The page, opened; afterwards the browser must have had nothing to complain of."""
    if not os.path.exists(CHROMIUM):
        pytest.skip(f"{CHROMIUM} is not installed")
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        opened = browser.new_page()
        complaints: list[str] = []
        opened.on("console", lambda message: complaints.append(message.text))
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.goto(server.url)
        yield opened
        browser.close()
    assert complaints == []


def test_a_visit_from_the_empty_page_to_cleared_again(
    server: CollectorServer, client: httpx.Client, page: Page
) -> None:
    """One walk, because starting a browser takes longer than all of it."""
    page.wait_for_selector("#empty:not([hidden])")
    assert f'"HOST": "{server.url}"' in page.inner_text("#empty")

    client.post("/v1/batch", json=batch(ORDER, track("m2", event=EVIL, userId=7.5)))
    expect(page.locator("#message-rows .name")).to_have_text([EVIL, "Order Completedtotal: 12.5 · lines: [2 items]"])
    for name, total in {"received": "2", "accepted": "1", "discarded": "1"}.items():
        expect(page.locator(f"#total-{name}")).to_have_text(total)
    happened, arrived = page.locator("#message-rows li:last-child time").evaluate_all("all => all.map(t => t.dateTime)")
    assert (happened, arrived) == (ORDER["timestamp"], server.batches[0].received_at)

    page.focus("#message-rows .row")
    page.keyboard.press("Enter")
    page.wait_for_selector(".detail .json-string")
    assert "An id is not a non-empty string." in page.inner_text(".facts")
    assert '"userId": 7.5' in page.inner_text(".detail pre")
    page.keyboard.press("ArrowDown")
    assert "Order Completed" in page.evaluate("document.activeElement.querySelector('.name').textContent")

    page.keyboard.press("/")
    page.keyboard.type("order comp")
    expect(page.locator("#message-rows li")).to_have_count(1)
    page.fill("#search", "")
    page.select_option("#status", "discarded")
    expect(page.locator("#message-rows .status")).to_have_text(["id_not_string"])

    client.post("/v1/batch", content=gzip.compress(b"{nope" * 99), headers={"Content-Encoding": "gzip"})
    page.click("[data-view=requests]")
    expect(page.locator("#request-rows > li")).to_have_count(2)
    cells = "#request-rows > li > .row > *"
    assert page.locator(cells).evaluate_all("all => all.filter(c => c.scrollWidth > c.clientWidth)") == []
    page.select_option("#answer", "Refused")
    expect(page.locator("#request-rows .name")).to_have_text(["/v1/batchthe body is not valid JSON"])
    page.select_option("#answer", "Any answer")
    expect(page.locator("#request-rows > li")).to_have_count(2)
    page.click("#request-rows > li:last-child > .row")
    expect(page.locator(".inside .chip")).to_have_text(["track", "track"])

    page.click("[data-view=messages]")
    page.click("#clear")
    page.wait_for_selector("#no-match:not([hidden])")
    page.click("#reset")
    page.wait_for_selector("#empty:not([hidden])")
    assert (page.title(), server.messages) == ("Segment collector", [])


def test_a_paused_page_stands_still_and_counts_what_it_misses(client: httpx.Client, page: Page) -> None:
    page.wait_for_selector("#empty:not([hidden])")
    page.click("#pause")
    client.post("/v1/batch", json=batch(track("m1"), track("m2")))
    expect(page.locator("#state-text")).to_have_text("Paused, 2 new")
    assert page.query_selector_all("#message-rows li") == []
    page.click("#pause")
    page.wait_for_selector("#message-rows li >> nth=1")
    expect(page.locator("#state-text")).to_have_text("Live")


def test_an_answer_that_comes_after_the_pause_changes_nothing(client: httpx.Client, page: Page) -> None:
    page.wait_for_selector("#empty:not([hidden])")
    held: list[Route] = []
    page.route("**/api/messages?*", lambda route: held.append(route))
    with page.expect_request("**/api/messages?*"):
        client.post("/v1/batch", json=batch(track("m1"), track("m2")))
    page.click("#pause")
    with page.expect_response("**/api/messages?*"):
        held[0].continue_()
    expect(page.locator("#state-text")).to_contain_text("Paused")
    with page.expect_response("**/api/stats?*"):
        pass  # the page has seen the answer by its next look
    expect(page.locator("#message-rows li")).to_have_count(0)
