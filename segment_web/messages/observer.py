"""The interface of observers, which learn what happened to messages and can change nothing."""

from __future__ import annotations

from collections.abc import Sequence

from segment_web.messages.envelope import Batch, Envelope
from segment_web.messages.message import Message
from segment_web.messages.outcome import Outcome
from segment_web.messages.reasons import Drop


class Observer:
    """Derive from this class and override the events of interest; every event has a default that does nothing.

    Receipts come on the caller's thread, outcomes on the worker's. An exception of an observer is logged and changes
    nothing. An object that does not derive from this class may lack an event, so that a new event breaks no observer.
    """

    def message_accepted(self, envelope: Envelope) -> None:
        """Take note that a message is in the queue."""

    def message_dropped(self, drop: Drop, message: Message | None) -> None:
        """Take note that a message was never accepted; ``message`` is None if the call was refused before it was built."""

    def batch_delivered(self, batch: Batch, outcome: Outcome) -> None:
        """Take note that a server took the batch."""

    def batch_refused(self, envelopes: Sequence[Envelope], drop: Drop, outcome: Outcome) -> None:
        """Take note that accepted messages were given up."""
