"""Who is told what happened and can change nothing: logs, counters, the debugger, tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from segment_web.messages.envelope import Batch, Envelope
from segment_web.messages.message import Message
from segment_web.messages.outcome import Outcome
from segment_web.messages.reasons import Drop


class Observer(Protocol):
    """Told of receipts on the caller's thread and of outcomes on the worker's; what it raises is logged and swallowed."""

    def message_accepted(self, envelope: Envelope) -> None:
        """A message is in the queue."""

    def message_dropped(self, drop: Drop, message: Message | None) -> None:
        """A message will not be delivered; ``message`` is None when it was already bytes."""

    def batch_delivered(self, batch: Batch, outcome: Outcome) -> None:
        """A server took the batch."""

    def batch_refused(self, envelopes: Sequence[Envelope], drop: Drop, outcome: Outcome) -> None:
        """Accepted messages were given up."""
