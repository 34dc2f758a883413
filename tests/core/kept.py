"""A transport that keeps what it is given."""

from __future__ import annotations

from typing import Any

import orjson

from segment_web.delivery.transports.null import NullTransport
from segment_web.messages.envelope import Batch
from segment_web.messages.outcome import Outcome


class Kept(NullTransport):
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.messages: list[Any] = []

    def deliver(self, batch: Batch) -> Outcome:
        self.messages += [orjson.loads(envelope.body) for envelope in batch.envelopes]
        return super().deliver(batch)
