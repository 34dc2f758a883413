"""A running collector, and a client that keeps its connection."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

pytest.importorskip("werkzeug", reason="the collector needs Werkzeug")

from segment_web.collector import CollectorServer
from tests.ports import own_port


@pytest.fixture
def server() -> Iterator[CollectorServer]:
    with CollectorServer(port=own_port()) as running:
        yield running


@pytest.fixture
def client(server: CollectorServer) -> Iterator[httpx.Client]:
    with client_for(server) as opened:
        yield opened


def client_for(server: CollectorServer) -> httpx.Client:
    """A client that talks to a collector and to nobody else, and authenticates as ``key``."""
    return httpx.Client(base_url=server.url, auth=("key", ""), trust_env=False, timeout=10)
