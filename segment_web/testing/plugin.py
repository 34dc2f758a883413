"""The pytest fixtures; pytest finds them by itself, and what they need is imported by the tests that use them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from segment_web.collector import CollectorServer
    from segment_web.testing.captured import CapturedEvents


@pytest.fixture
def segment_events() -> Iterator[CapturedEvents]:
    """What the test says to Segment; nothing leaves: see ``segment_web.testing.capture_events``."""
    from segment_web.testing.capture import capture_events

    with capture_events() as events:
        yield events


@pytest.fixture
def segment_server() -> Iterator[CollectorServer]:
    """A local Tracking API on a port of its own: set the ``host`` setting to its ``url`` (extra ``collector``).

    ``answer(429, retry_after=2)`` scripts what it says, ``wait_for(count)`` waits for messages; ``messages`` and
    ``batches`` are what arrived.
    """
    from segment_web.errors import MissingExtra

    try:
        from segment_web.collector import CollectorServer
    except MissingExtra as error:
        pytest.fail(str(error), pytrace=False)
    with CollectorServer() as server:
        yield server
