"""The HTML of a panel: bounded, and every text in it is text."""

from __future__ import annotations

import re
import sys
import threading
import time
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest

from segment_web import Analytics, InvalidMessage
from segment_web.browser.identify import identify
from segment_web.browser.page import page as browser_page
from segment_web.browser.snippet import snippet
from segment_web.browser.tag_place import TagPlace
from segment_web.messages.announcer import NAMES, Announcer
from segment_web.messages.receipt import Receipt
from segment_web.panels import facts, watch
from segment_web.panels.late import Late
from segment_web.panels.page import page
from segment_web.panels.record import MOST_BYTES, MOST_CALLS, Record
from segment_web.scopes.current import entered
from segment_web.settings import Settings, load
from segment_web.web.request.request_analytics import RequestAnalytics
from segment_web.web.request.web_scope import WebScope
from segment_web.web.rules import Rules
from tests.core.plain_request import Person, PlainRequest

HOSTILE = "<img src=x onerror=alert(1)>\"'`</script></pre><!--&amp;{{7*7}}"
OURS = {"style", "div", "p", "b", "details", "summary", "span", "code", "pre", "section", "h4", "dl", "dt", "dd"}


TOLD: dict[str, Any] = {"message_accepted": watch.told_accepted, "message_dropped": watch.told_dropped}


class Native:
    """A framework's own request."""


class Signals(Announcer):
    """What a framework's signals tell of its client."""

    def __init__(self) -> None:
        received = SimpleNamespace(**{name: SimpleNamespace(receivers=[self]) for name in NAMES})
        super().__init__(received, lambda name, facts: TOLD.get(name, lambda **_: None)(**facts))


class Tags(HTMLParser):
    """Which tags and attributes a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def watched(**settings: Any) -> tuple[RequestAnalytics, Record]:
    """A request whose every word is hostile, and its record."""
    rules = Rules.of(Settings())
    options = {"write_key": "panel-key", "delivery": "null", "bots": "keep", **settings}
    client = Analytics.from_settings(load(options), observers=[Signals()])
    headers = {"User-Agent": HOSTILE, "Referer": f"https://example.com/?{HOSTILE}"}
    native = Native()
    url = f"https://example.com/?utm_source={HOSTILE}"
    request = PlainRequest(url, headers=headers, native=native, person=Person(7))
    return RequestAnalytics(WebScope(request, rules, client), client), watch.watch(native)


def test_nothing_of_a_request_is_markup() -> None:
    segment, record = watched()
    for call in (segment.track, segment.page, segment.screen, segment.group):
        call(HOSTILE, {HOSTILE: [HOSTILE]}, context={HOSTILE: HOSTILE}, source=HOSTILE)
    segment.client.close()
    found = facts.told(record, segment)
    assert [call["reason"] for call in found["calls"]] == ["unknown_source"] * 4
    tags = Tags(page({**found, "note": HOSTILE}))
    assert (tags.tags - OURS, tags.attributes) == (set(), {"class", "data-state", "data-type"})


def test_a_call_that_raises_says_so() -> None:
    segment, record = watched(strict=True)
    with segment.client, pytest.raises(InvalidMessage):
        segment.track("")
    (call,) = facts.told(record, segment)["calls"]
    assert (call["state"], call["reason"]) == ("dropped", "event_not_defined")
    assert "the call raised InvalidMessage" in call["detail"]


def test_a_loop_gone_wrong_is_bounded() -> None:
    segment, record = watched(queue_size=2)
    with segment.client, entered(segment.scope):
        for _ in range(MOST_CALLS + 50):
            segment.track("Thing Done", {"text": "x" * 30_000})
    found = facts.told(record, segment)
    assert (len(found["calls"]), found["more"]) == (MOST_CALLS, 50)
    assert facts.counts(found) == f"{MOST_CALLS + 50} calls, {MOST_CALLS - 2} dropped"
    assert found["calls"][-1]["reason"] == "queue_full"
    assert len(page(found)) < 3 * MOST_BYTES


def test_of_what_is_too_large_as_much_is_kept_as_is_shown() -> None:
    """And it is coloured in one go, however many strings seem to begin in it."""
    segment, record = watched()
    with segment.client:
        for _ in range(8):
            segment.track("Thing Done", {"text": '"\\' * 300_000})
    began = time.process_time()
    html = page(facts.told(record, segment))
    assert time.process_time() - began < 2  # it would take a minute
    assert re.search(r"1,200,\d\d\d bytes, as far as it got", html)
    assert sum(len(call.body) for call in record.calls) < 2 * MOST_BYTES


class Broken(str):
    """A string of the application's that cannot be escaped."""

    def replace(self, *_: Any) -> str:  # type: ignore[override]
        raise RuntimeError("a mistake of the application")


def test_text_that_no_page_can_carry_breaks_none() -> None:
    segment, record = watched()
    with segment.client:
        segment.track("\ud800", {"\udfff": "\udfff"}, source="\ud800")
        assert "unknown_source" in page(facts.told(record, segment)).encode().decode()
        segment.track("Thing Done", source=Broken("source"))
        assert "The panel failed: see the log." in page(facts.told(record, segment))


def test_a_payload_too_many_is_left_out() -> None:
    segment, record = watched()
    with segment.client:
        for _ in range(10):
            segment.track("Thing Done", {"text": "x" * 32_000})
    calls = facts.told(record, segment)["calls"]
    assert [bool(call["payload"]) for call in calls] == [True] * 8 + [False] * 2
    assert all(call["bytes"] > 32_000 for call in calls)


def test_calls_that_the_browser_is_given_are_shown() -> None:
    segment, record = watched(snippet={"enabled": True}, user_traits=["email"])
    place = TagPlace(client=segment.client, segment=segment, nonce=str, mount=lambda: None, debug=False)
    with segment.client:
        segment.browser.track(HOSTILE, {"total": 5})
        assert snippet(place, name="Home", hold=True)
        assert identify(place)
        assert browser_page(place, category="Docs", name="Start")
    found = facts.told(record, segment)
    shown = [(call["type"], call["name"], call["state"], call["by"], call["micros"]) for call in found["calls"]]
    assert shown == [
        ("page", "Home", "browser", "snippet", 0),
        ("track", HOSTILE, "browser", "snippet", 0),
        ("identify", "7", "browser", "identify tag", 0),
        ("page", "Start", "browser", "page tag", 0),
    ]
    assert found["calls"][0]["site"].startswith("tests/panels/test_page.py:")
    assert facts.counts(found) == "4 calls, 4 for the browser"
    html = page(found)
    assert "after segmentWeb.consent()" in html
    assert Tags(html).tags <= OURS
    assert re.search(r'sw-totals">4 calls, 4 for the browser</p>', html)


def test_a_call_costs_what_its_own_thread_does() -> None:
    """Another thread's work, such as the worker's first import of the HTTP library, is no part of it."""
    record = Record()
    over = record.begin(None)
    assert over is not None
    threading.Event().wait(0.3)  # as a thread does that has to wait for another one's import
    over(Receipt(True, "id"))
    assert record.calls[0].micros < 300_000 or sys.platform == "win32"


def test_requests_that_nobody_watches_are_in_no_record() -> None:
    segment, record = watched()
    other, _ = watched()
    with segment.client, other.client:
        other.track("Elsewhere")
        segment.client.track("Outside of any request", user_id="7")
    assert record.as_json() == {"calls": [], "more": 0}


def test_a_look_asks_the_application_nothing() -> None:
    segment, record = watched()
    asked: list[object] = []
    segment.scope.rules = Rules.of(Settings(consent=asked.append, request_filter=asked.append))
    html = page(facts.told(record, segment))
    segment.client.close()
    assert asked == []
    assert re.search(r"Consent</dt><dd>[^/]*no call has asked", html)


@pytest.mark.parametrize(
    ("between", "site"),
    [("/lib/site-packages/shop_kit/orders.py", "tests/panels/test_page.py"), ("/lib/site-packages/flask/app.py", "")],
)
def test_the_place_of_a_call_is_the_applications(between: str, site: str) -> None:
    """What called on its behalf is none, and neither is who stands behind a framework's own handler."""
    segment, record = watched()
    with segment.client:
        exec(compile("track('Order Placed')", between, "exec"), {"track": segment.track})
    (call,) = facts.told(record, segment)["calls"]
    assert call["site"].partition(":")[0] == site


def test_a_part_is_filled_in_once_the_response_is_complete() -> None:
    late = Late()
    body = f"<b>{late.part('counts', '1 call')}</b>{late.part('page', '<p>')}<!--part-->".encode()
    assert late.filled(body, {"counts": "2 calls", "page": r"<p>\1</p>"}) == rb"<b>2 calls</b><p>\1</p><!--part-->"
    assert late.filled(b"packed", {}) == b"packed"
