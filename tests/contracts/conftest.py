"""Each framework's application, delivering to a real local Segment that discards nothing of what arrives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from segment_web.collector import CollectorServer
from tests.contracts.app import App
from tests.contracts.browser import Browser
from tests.contracts.frameworks import FRAMEWORKS, Factory


class Framework:
    """Makes applications under test on one framework."""

    def __init__(self, test: pytest.FixtureRequest, factory: Factory, segment: str) -> None:
        self._test = test
        self._factory = factory
        self._segment = segment

    def app(self, *, on: bool = True, **settings: Any) -> App:
        """One with these settings of segment_web; ``on=False`` leaves segment_web out."""
        own = {"write_key": "contract-write-key", "host": self._segment, "flush_interval": 0.01, "exit_timeout": 0.1}
        return self._factory(self._test, on, {**own, **settings})

    def browser(self, **settings: Any) -> Browser:
        """A visitor of a new application."""
        return Browser(self.app(**settings))


@pytest.fixture(scope="session")
def collector() -> Iterator[CollectorServer]:
    with CollectorServer() as server:
        yield server


@pytest.fixture
def segment(collector: CollectorServer) -> Iterator[CollectorServer]:
    """What arrives in this test."""
    collector.clear()
    yield collector
    assert [record.code for record in collector.discarded] == []


@pytest.fixture(params=FRAMEWORKS.values(), ids=[*FRAMEWORKS])
def framework(request: pytest.FixtureRequest, segment: CollectorServer, transactional_db: None) -> Framework:
    """Each row in turn; a database is there for those that keep accounts in one."""
    return Framework(request, request.param, segment.url)
