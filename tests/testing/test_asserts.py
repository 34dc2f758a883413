"""The asserts: by subset, as JSON, and clear about what was there instead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from unittest.mock import ANY
from uuid import UUID

import pytest

from segment_web import Analytics, disabled
from segment_web.settings import Settings
from segment_web.testing import CapturedEvents, capture_events

ID = UUID("12345678-1234-5678-1234-567812345678")
SOLD = {
    "order_id": ID,
    "total": Decimal("27.50"),
    "paid": True,
    "at": datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
    "products": [{"sku": "A1", "price": 20}, {"sku": "B2", "price": 7.5}],
}


@pytest.fixture
def events() -> Iterator[CapturedEvents]:
    client = Analytics()
    with capture_events() as captured:
        client.identify(42, {"email": "a@example.com", "plan": "pro"}, anonymous_id="a1")
        client.track("Order Completed", SOLD, user_id=42, context={"ip": "192.0.2.1", "page": {"path": "/done"}})
        client.page("Thank You", {"order": 1}, category="Shop", user_id=42)
        client.group("acme", {"seats": 5}, user_id=42)
        client.alias("42", previous_id="a1")
        client.screen("Home", user_id=42)
        yield captured


@pytest.mark.parametrize(
    "properties",
    [
        None,
        {"total": 27.5},
        {"total": Decimal("27.5"), "order_id": ID},
        {"order_id": str(ID), "at": SOLD["at"]},
        {"products": [{"sku": "A1"}, {"price": 7.5}]},
        {"products": ({"price": 20.0}, ANY)},
        {"order_id": ANY, "total": pytest.approx(27.4, abs=0.2)},
    ],
)
def test_a_subset_matches(events: CapturedEvents, properties: Any) -> None:
    message = events.assert_tracked("Order Completed", user_id=42, properties=properties)

    assert message is events.named("Order Completed")[0]


@pytest.mark.parametrize(
    "properties",
    [
        {"total": 27.6},
        {"total": "27.5"},
        {"paid": 1},
        {"coupon": None},
        {"products": [{"sku": "A1"}]},
        {"products": [{"sku": "B2"}, {"sku": "A1"}]},
        {"products": {"sku": "A1"}},
        {"at": datetime(2026, 1, 2, 3, 5, tzinfo=UTC)},
    ],
)
def test_a_difference_does_not_match(events: CapturedEvents, properties: Any) -> None:
    events.assert_not_tracked("Order Completed", properties=properties)
    with pytest.raises(AssertionError):
        events.assert_tracked("Order Completed", properties=properties)


def test_ids_and_context_count(events: CapturedEvents) -> None:
    events.assert_tracked("Order Completed", user_id="42", context={"page": {"path": "/done"}})
    events.assert_not_tracked("Order Completed", user_id="43")
    events.assert_not_tracked("Order Completed", anonymous_id="a1")
    events.assert_not_tracked("Order Completed", context={"page": {"path": "/"}})


def test_each_call_has_its_assert(events: CapturedEvents) -> None:
    assert events.assert_identified("42", {"plan": "pro"}, anonymous_id="a1")["type"] == "identify"
    assert events.assert_paged("Thank You", {"order": 1}, category="Shop")["type"] == "page"
    assert events.assert_grouped("acme", {"seats": 5}, user_id=42)["type"] == "group"
    assert events.assert_screened("Home")["type"] == "screen"
    assert events.assert_aliased(42, "a1")["type"] == "alias"


def test_each_assert_can_fail(events: CapturedEvents) -> None:
    with pytest.raises(AssertionError, match=r"traits\.plan: is 'pro', expected 'free'"):
        events.assert_identified("42", {"plan": "free"})
    with pytest.raises(AssertionError, match="category: is 'Shop', expected 'Blog'"):
        events.assert_paged("Thank You", category="Blog")
    with pytest.raises(AssertionError, match="groupId: is 'acme', expected '7'"):
        events.assert_grouped(7)
    with pytest.raises(AssertionError, match="no call is as expected:\n  screen 'Settings'"):
        events.assert_screened("Settings")
    with pytest.raises(AssertionError, match="previousId: is 'a1', expected 'a2'"):
        events.assert_aliased(42, "a2")
    with pytest.raises(AssertionError, match=r"something was sent\. 6 messages were sent:"):
        events.assert_nothing()


def test_count_is_exact(events: CapturedEvents) -> None:
    events.assert_tracked("Order Completed", count=1)
    with pytest.raises(AssertionError, match="1 call is as expected, not 2"):
        events.assert_tracked("Order Completed", count=2)
    with pytest.raises(ValueError, match="assert_not_tracked"):
        events.assert_tracked("Order Completed", count=0)


def test_naive_times_are_compared_in_the_zone_of_the_client() -> None:
    client = Analytics.from_settings(Settings(), zone=lambda: timezone(timedelta(hours=2)))
    with capture_events() as events:
        client.track("Opened", {"at": datetime(2026, 1, 2)}, user_id=1)

    events.assert_tracked("Opened", properties={"at": datetime(2026, 1, 2)})
    events.assert_tracked("Opened", properties={"at": "2026-01-02T00:00:00+02:00"})


def test_a_failure_shows_the_closest_call_key_by_key(events: CapturedEvents) -> None:
    with pytest.raises(AssertionError) as caught:
        events.assert_tracked("Order Completed", user_id=43, properties={"total": 30, "paid": True, "coupon": "X"})

    lines = str(caught.value).splitlines()
    assert lines[:6] == [
        "no call is as expected:",
        "  track 'Order Completed' userId='43' properties={'total': 30, 'paid': True, 'coupon': 'X'}",
        "the closest, number 2, differs:",
        "  userId: is '42', expected '43'",
        "  properties.total: is 27.5, expected 30",
        "  properties.coupon: is not there, expected 'X'",
    ]
    assert lines[6:9] == [
        "6 messages were sent:",
        "  1. identify userId='42' anonymousId='a1' traits={'email': 'a@example.com', 'plan': 'pro'}",
        lines[8],
    ]
    assert lines[8].startswith("  2. track 'Order Completed' userId='42' properties={'order_id'")
    assert len(lines) == 13


def test_a_failure_knows_a_misspelled_name(events: CapturedEvents) -> None:
    with pytest.raises(AssertionError, match="there is 'Order Completed'; is it that"):
        events.assert_tracked("Order completed")


def test_a_failure_knows_another_call_of_the_name(events: CapturedEvents) -> None:
    with pytest.raises(AssertionError, match="there is a page call 'Thank You'; is it that"):
        events.assert_tracked("Thank You")


def test_a_failure_names_what_was_dropped_and_why() -> None:
    with capture_events() as events, disabled():
        Analytics().track("Order Completed", user_id=1)
    with pytest.raises(AssertionError) as caught:
        events.assert_tracked("Order Completed")

    assert str(caught.value).splitlines()[2:] == [
        "one was dropped: disabled: inside segment_web.disabled()",
        "0 messages were sent.",
        "1 was dropped:",
        "  1. track 'Order Completed' userId=1 (disabled: inside segment_web.disabled())",
    ]


def test_an_unwanted_call_is_shown(events: CapturedEvents) -> None:
    with pytest.raises(AssertionError, match="1 call is as none should be:\n  track 'Order Completed'"):
        events.assert_not_tracked("Order Completed")


def test_a_long_list_ends_with_the_latest() -> None:
    client = Analytics()
    with capture_events() as events:
        for number in range(50):
            client.track(f"Event {number}", user_id=1)
    with pytest.raises(AssertionError) as caught:
        events.assert_nothing()

    lines = str(caught.value).splitlines()
    assert lines[0].endswith("50 messages were sent (here are the last 20):")
    assert (lines[1], lines[-1]) == ("  31. track 'Event 30' userId='1'", "  50. track 'Event 49' userId='1'")


def test_order_counts_and_what_is_in_between_does_not(events: CapturedEvents) -> None:
    assert events.names == ["identify", "Order Completed", "Thank You", "group", "alias", "Home"]
    events.assert_order("identify", "Thank You", "Home")
    with pytest.raises(AssertionError, match="there is no 'identify' after 'Home', expected in this order"):
        events.assert_order("Thank You", "Home", "identify")
    with pytest.raises(AssertionError, match="there is no 'Home' after 'Home'"):
        events.assert_order("Home", "Home")


def test_events_are_a_sequence(events: CapturedEvents) -> None:
    assert len(events) == 6
    assert [message["type"] for message in events[1:3]] == ["track", "page"]
    assert events[-1] in events
    assert [message["type"] for message in events.named("Thank You")] == ["page"]
    assert repr(events).startswith("<CapturedEvents: 6 messages were sent:")
