"""Tells Django's signals what became of messages."""

from __future__ import annotations

from collections.abc import Sequence

from segment_web.django import signals
from segment_web.messages.envelope import Batch, Envelope
from segment_web.messages.message import Message
from segment_web.messages.outcome import Outcome
from segment_web.messages.reasons import Drop


class SignalObserver:
    """Sends a signal only when somebody listens; a receiver that raises is logged and breaks nothing."""

    def message_accepted(self, envelope: Envelope) -> None:
        signals.message_accepted.send_robust(sender=None, message_id=envelope.message_id, body=envelope.body)

    def message_dropped(self, drop: Drop, message: Message | None) -> None:
        signals.message_dropped.send_robust(sender=None, reason=drop.reason, detail=drop.detail, message=message)

    def batch_delivered(self, batch: Batch, outcome: Outcome) -> None:
        signals.batch_delivered.send_robust(
            sender=None, message_ids=_ids(batch.envelopes), bytes_sent=outcome.bytes_sent
        )

    def batch_refused(self, envelopes: Sequence[Envelope], drop: Drop, outcome: Outcome) -> None:
        signals.batch_refused.send_robust(
            sender=None, message_ids=_ids(envelopes), reason=drop.reason, detail=drop.detail, answer=outcome.detail
        )


def _ids(envelopes: Sequence[Envelope]) -> tuple[str, ...]:
    return tuple(envelope.message_id for envelope in envelopes)
