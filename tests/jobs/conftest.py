"""One Celery worker for the tests of this folder, and the local Segment that it delivers to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from segment_web.collector import CollectorServer


@pytest.fixture(scope="module")
def collector(broker: Path) -> Iterator[CollectorServer]:
    from tests.jobs.worker import worker  # Celery may not be installed

    with CollectorServer() as server, worker(broker, server.url):
        yield server


@pytest.fixture
def segment(collector: CollectorServer) -> Iterator[CollectorServer]:
    """What arrives in this test."""
    collector.clear()
    yield collector
    assert [record.code for record in collector.discarded] == []
