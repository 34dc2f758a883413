"""Takes everything and carries it nowhere: tests, and applications that are switched off."""

from __future__ import annotations

from segment_web.messages.envelope import Batch
from segment_web.messages.outcome import DELIVERED, Outcome


class NullTransport:
    """Every batch is delivered to nobody."""

    def deliver(self, batch: Batch) -> Outcome:
        """Says so."""
        return DELIVERED

    def close(self) -> None:
        """Nothing to let go of."""
