"""What frameworks' signals say of messages: their names and facts, the same in each framework.

``message_accepted``   message_id: str, body: bytes (the message's JSON)
``message_dropped``    reason: DropReason, detail: str, message: Message | None
``batch_delivered``    message_ids: tuple[str, ...], bytes_sent: int
``batch_refused``      message_ids: tuple[str, ...], reason: DropReason, detail: str, answer: str
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from segment_web.messages.envelope import Batch, Envelope
from segment_web.messages.message import Message
from segment_web.messages.outcome import Outcome
from segment_web.messages.reasons import Drop

Send = Callable[[str, Mapping[str, Any]], None]


class Announcer:
    """An observer that hands each announcement's name and facts to ``send``."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def message_accepted(self, envelope: Envelope) -> None:
        self._send("message_accepted", {"message_id": envelope.message_id, "body": envelope.body})

    def message_dropped(self, drop: Drop, message: Message | None) -> None:
        self._send("message_dropped", {"reason": drop.reason, "detail": drop.detail, "message": message})

    def batch_delivered(self, batch: Batch, outcome: Outcome) -> None:
        self._send("batch_delivered", {"message_ids": _ids(batch.envelopes), "bytes_sent": outcome.bytes_sent})

    def batch_refused(self, envelopes: Sequence[Envelope], drop: Drop, outcome: Outcome) -> None:
        facts = {"reason": drop.reason, "detail": drop.detail, "answer": outcome.detail}
        self._send("batch_refused", {"message_ids": _ids(envelopes), **facts})


def _ids(envelopes: Sequence[Envelope]) -> tuple[str, ...]:
    return tuple(envelope.message_id for envelope in envelopes)
