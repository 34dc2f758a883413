"""What frameworks' signals say of messages: their names and facts, the same in each framework.

``message_accepted``   message_id: str, body: bytes (the message's JSON)
``message_dropped``    reason: DropReason, detail: str, message: Message | None
``batch_delivered``    message_ids: tuple[str, ...], bytes_sent: int
``batch_refused``      message_ids: tuple[str, ...], reason: DropReason, detail: str, answer: str
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Sized
from typing import Any, Protocol, cast

from segment_web.messages.envelope import Batch, Envelope
from segment_web.messages.message import Message
from segment_web.messages.observer import Observer
from segment_web.messages.outcome import Outcome
from segment_web.messages.reasons import Drop

NAMES = ("message_accepted", "message_dropped", "batch_delivered", "batch_refused")
Send = Callable[[str, Mapping[str, Any]], None]


class Heard(Protocol):
    """One of a framework's signals."""

    @property
    def receivers(self) -> Sized:
        """Who is connected to it."""


class Announcer(Observer):
    """An observer that hands each announcement's name and facts to ``send``, if its signal (of the same name, among
    ``signals``) is received by anybody."""

    def __init__(self, signals: object, send: Send) -> None:
        self._accepted, self._dropped, self._delivered, self._refused = (
            cast(Heard, getattr(signals, name)) for name in NAMES
        )
        self._send = send

    def message_accepted(self, envelope: Envelope) -> None:
        if self._accepted.receivers:
            self._send("message_accepted", {"message_id": envelope.message_id, "body": envelope.body})

    def message_dropped(self, drop: Drop, message: Message | None) -> None:
        if self._dropped.receivers:
            self._send("message_dropped", {"reason": drop.reason, "detail": drop.detail, "message": message})

    def batch_delivered(self, batch: Batch, outcome: Outcome) -> None:
        if self._delivered.receivers:
            self._send("batch_delivered", {"message_ids": _ids(batch.envelopes), "bytes_sent": outcome.bytes_sent})

    def batch_refused(self, envelopes: Sequence[Envelope], drop: Drop, outcome: Outcome) -> None:
        if self._refused.receivers:
            facts = {"reason": drop.reason, "detail": drop.detail, "answer": outcome.detail}
            self._send("batch_refused", {"message_ids": _ids(envelopes), **facts})


def _ids(envelopes: Sequence[Envelope]) -> tuple[str, ...]:
    return tuple(envelope.message_id for envelope in envelopes)
