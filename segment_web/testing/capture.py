"""``capture_events``: every client of the process speaks to a recording instead of Segment."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from segment_web import commit_hooks
from segment_web.client import Analytics, overridden
from segment_web.compose import Runtime, build
from segment_web.pipeline.sanitise import Encoder
from segment_web.settings import Settings
from segment_web.testing.captured import CapturedEvents
from segment_web.testing.recorder import Recorder, Recording

ENDLESS = 1 << 40  # messages or bytes: a test is not to fail because a small queue was full for a moment
CLOSING = 5.0  # seconds; what is left goes nowhere, which takes no time


@contextmanager
def capture_events() -> Iterator[CapturedEvents]:
    """Records what is said on any thread of this process inside the block; yields it, to be read there and after.

    Nothing leaves, whatever the settings say: no key is needed, and ``enabled = False`` does not matter. Bots are kept,
    because a test client looks like one. Messages pass the real pipeline and Segment's rules: an explicit call raises
    InvalidMessage for its caller's mistakes, what automatic calls lose is in ``events.dropped``. A message that waits for
    a commit is sent when the application's own outermost transaction ends, in a TestCase too. Captures may be
    nested; the inner one takes all.
    """
    recording = Recording(settle=commit_hooks.run_due)
    runtimes = Runtimes(recording)
    with overridden(runtimes.of):
        # What was said before and still waits in a TestCase's transaction is over, and belongs to no capture but its own.
        commit_hooks.run_due()
        recording.forget()
        try:
            yield CapturedEvents(recording)
        finally:
            recording.settle()
            recording.settle = _nothing_waits
            runtimes.close()


class Runtimes:
    """One runtime for each client that speaks, made at its first word."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._made: dict[Analytics, Runtime] = {}
        self._lock = threading.Lock()

    def of(self, client: Analytics) -> Runtime:
        """The client's own rules and observers, without its way out."""
        with self._lock:
            if client not in self._made:
                self._made[client] = self._make(client)
            return self._made[client]

    def close(self) -> None:
        """Ends them all; what is said to them later, by a thread that is late, is dropped."""
        with self._lock:
            made = list(self._made.values())
        for runtime in made:
            runtime.delivery.close(CLOSING)

    def _make(self, client: Analytics) -> Runtime:
        recorder = Recorder(self._recording, Encoder(zone=client.zone))
        return build(in_test(client.settings), zone=client.zone, observers=(*client.observers, recorder))


def in_test(settings: Settings) -> Settings:
    """The settings less what would keep a message of a test back."""
    return replace(settings, delivery="null", bots="keep", queue_size=ENDLESS, queue_bytes=ENDLESS)


def _nothing_waits() -> None:
    """After the capture a commit is none of its business."""
