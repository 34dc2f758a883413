"""What a transport is."""

from __future__ import annotations

from typing import Protocol

from segment_web.messages.envelope import Batch
from segment_web.messages.outcome import Outcome


class Transport(Protocol):
    """Carries one batch at a time, called by one thread. A forked child makes a new one.

    One that holds connections may have an ``abandon()`` that lets go of the parent's there, without a word to the server,
    and an ``end_by(moment)`` after which ``deliver`` lasts no longer than to this moment (monotonic seconds).
    """

    def deliver(self, batch: Batch) -> Outcome:
        """One attempt; what it raises counts as a passing failure."""

    def close(self) -> None:
        """Lets go of connections and files."""
