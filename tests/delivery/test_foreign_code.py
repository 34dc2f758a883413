"""Observers and transports are other people's code: what they raise costs no message and no thread."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from segment_web import Analytics
from segment_web.delivery.transports.null import NullTransport
from segment_web.delivery.transports.transport import Transport
from segment_web.messages.envelope import Batch
from segment_web.messages.observer import Observer
from segment_web.messages.outcome import DELIVERED, Outcome
from segment_web.settings import load
from tests.delivery.conftest import assert_conserved, say


class Raising:
    """An observer that cannot do anything right."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)


class Stumbling:
    """A transport that raises at every second batch."""

    def __init__(self) -> None:
        self.outcomes: Iterator[bool] = iter([False, True] * 50)
        self.ids: list[str] = []

    def deliver(self, batch: Batch) -> Outcome:
        if not next(self.outcomes):
            raise ZeroDivisionError
        self.ids += [envelope.message_id for envelope in batch.envelopes]
        return DELIVERED

    def close(self) -> None:
        raise RuntimeError("close")


def client(transport: Transport, *observers: Observer) -> Analytics:
    settings = load({"write_key": "foreign-write-key", "flush_interval": 60})
    return Analytics.from_settings(settings, transport=transport, observers=observers)


def test_a_transport_that_raises_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    transport = Stumbling()
    stumbling = client(transport)
    for start in range(3):
        ids = say(stumbling, 1, start=start)
        assert stumbling.flush(5)
        assert transport.ids[-1:] == ids
    assert_conserved(stumbling.stats())
    assert stumbling.close(), "what close() raises changes nothing either"
    assert "ZeroDivisionError" in caplog.text


def test_an_observer_that_raises_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    transport = Stumbling()
    observed = client(transport, Raising())
    ids = say(observed, 5)
    assert not observed.track("Nobody")
    assert observed.flush(5)
    assert transport.ids == ids
    assert_conserved(observed.stats())
    assert observed.close()
    assert "observer" in caplog.text


class Slow:
    """An observer that takes its time."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *_: None

    def batch_delivered(self, batch: Batch, outcome: Outcome) -> None:
        time.sleep(0.05)  # the slowness is the point
        self.heard += [envelope.message_id for envelope in batch.envelopes]


def test_a_flush_is_over_when_observers_know() -> None:
    """Or a test that flushes, and asks what its receiver has heard, would fail now and then."""
    observer = Slow()
    with client(NullTransport(), observer) as watched:
        ids = say(watched, 2)
        assert watched.flush(5)
        assert observer.heard == ids
