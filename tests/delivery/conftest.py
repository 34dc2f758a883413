"""A local Segment over real HTTP, and clients of it that keep their books straight."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from segment_web import Analytics
from segment_web.collector import CollectorServer
from segment_web.delivery.books import Stats
from tests.ports import own_port

KEY = "delivery-test-write-key"
MakeClient = Callable[..., Analytics]


@pytest.fixture
def server() -> Iterator[CollectorServer]:
    with CollectorServer(port=own_port(), write_keys={KEY}) as running:
        yield running


@pytest.fixture
def make(server: CollectorServer) -> Iterator[MakeClient]:
    """Makes clients of ``server``; each is closed at the end and must then have lost nothing uncounted."""
    made: list[Analytics] = []

    def make_client(**options: Any) -> Analytics:
        defaults: dict[str, Any] = {"write_key": KEY, "host": server.url, "flush_interval": 0.01}
        made.append(Analytics(**{**defaults, **options}))
        return made[-1]

    yield make_client
    for client in made:
        assert_conserved(client.stats())
        client.close(2)
        assert_conserved(client.stats())
        assert client.stats().pending == 0


def assert_conserved(stats: Stats) -> None:
    """accepted = delivered + lost (by reason) + pending, to the unit."""
    assert stats.accepted == stats.delivered + stats.lost + stats.pending, stats


def say(client: Analytics, number: int, *, start: int = 0) -> list[str]:
    """``number`` accepted events; their message ids."""
    receipts = [client.track("Thing Done", {"n": n}, user_id=f"u{n}") for n in range(start, start + number)]
    assert all(receipts), receipts
    return [str(receipt.message_id) for receipt in receipts]
