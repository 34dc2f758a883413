"""Several sources from one client: each its own key, host, pause and books; one worker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from segment_web.collector import CollectorServer
from segment_web.messages.message import Message
from tests.delivery.conftest import KEY, MakeClient


@pytest.fixture
def marketing() -> Iterator[CollectorServer]:
    with CollectorServer(write_keys={"marketing-key"}) as running:
        yield running


def named(server: CollectorServer) -> list[str]:
    return [message["event"] for message in server.messages]


def test_each_message_goes_to_its_source_with_its_key(
    server: CollectorServer, marketing: CollectorServer, make: MakeClient
) -> None:
    client = make(sources={"marketing": {"write_key": "marketing-key", "host": marketing.url}})
    client.track("Order Paid", user_id=1)
    client.track("Ad Clicked", user_id=1, source="marketing")
    assert client.flush(5)
    assert (named(server), named(marketing)) == (["Order Paid"], ["Ad Clicked"])
    assert {batch.write_key for batch in (*server.batches, *marketing.batches)} == {KEY, "marketing-key"}
    assert [part.delivered for part in client.stats().sources.values()] == [1, 1]


def test_a_router_chooses_and_a_call_overrules_it(
    server: CollectorServer, marketing: CollectorServer, make: MakeClient
) -> None:
    def by_type(message: Message, scope: Any) -> str | None:
        return "marketing" if message.type == "page" else None

    options = {
        "sources": {"marketing": {"write_key": "marketing-key", "host": marketing.url}},
        "source_router": by_type,
    }
    client = make(**options)
    client.page("Home", user_id=1)
    client.page("Own", user_id=1, source="default")
    assert client.flush(5)
    assert [message["name"] for message in marketing.messages] == ["Home"]
    assert [message["name"] for message in server.messages] == ["Own"]


def test_an_unknown_source_is_told_with_the_known_ones(make: MakeClient) -> None:
    client = make(sources={"marketing": {"write_key": "marketing-key"}})
    receipt = client.track("Order Paid", user_id=1, source="marketign")
    assert (receipt.reason, "default, marketing" in receipt.detail) == ("unknown_source", True)


def test_a_source_that_is_paused_does_not_hold_up_the_others(
    server: CollectorServer, marketing: CollectorServer, make: MakeClient
) -> None:
    client = make(sources={"marketing": {"write_key": "wrong", "host": marketing.url}})
    client.track("Ad Clicked", user_id=1, source="marketing")
    marketing.wait_for_requests(1)
    client.track("Order Paid", user_id=1)
    assert not client.flush(0.5)
    assert len(server.messages) == 1
    parts = client.stats().sources
    assert (parts["marketing"].last_error, parts["marketing"].pending) == ("HTTP 401", 1)
    assert (parts["default"].last_error, parts["default"].pending) == (None, 0)
