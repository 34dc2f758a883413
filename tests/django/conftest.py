"""A browser on both interfaces, and a real local Segment whose books must balance at the end of each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from segment_web.collector import CollectorServer
from segment_web.django import conf
from tests.django.browser import Browser

Overridden = Callable[..., None]


@pytest.fixture(params=["wsgi", "asgi"])
def interface(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def browser(interface: str) -> Browser:
    return Browser(interface)


@pytest.fixture
def segment(settings: Any) -> Overridden:
    """Changes single settings: ``segment(PAGE_VIEWS=True)``."""

    def override(**changes: object) -> None:
        settings.SEGMENT = {**settings.SEGMENT, **changes}

    return override


class Wire:
    """What arrived at Segment."""

    def __init__(self, server: CollectorServer) -> None:
        self.server = server

    @property
    def messages(self) -> list[dict[str, Any]]:
        """Everything that was said so far."""
        assert conf.client().flush(5)
        return self.server.messages

    @property
    def spoken(self) -> list[tuple[str, str | None]]:
        """Of each message its event, or its type, and its user id."""
        return [(message.get("event", message["type"]), message.get("userId")) for message in self.messages]


@pytest.fixture
def wire(segment: Overridden, segment_server: CollectorServer) -> Iterator[Wire]:
    segment(HOST=segment_server.url, FLUSH_INTERVAL=0.01)
    yield Wire(segment_server)
    assert conf.client().flush(5)
    stats = conf.client().stats()
    assert stats.accepted == stats.delivered + stats.lost, stats
    assert [record.code for record in segment_server.discarded] == []
