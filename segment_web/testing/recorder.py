"""What was sent and what was dropped inside a capture, written by every thread's calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import orjson

from segment_web.messages.envelope import Envelope
from segment_web.messages.message import Message
from segment_web.messages.observer import Observer
from segment_web.messages.reasons import Drop, DropReason
from segment_web.messages.wire import payload
from segment_web.pipeline.sanitise import Encoder


class CapturedMessage(NamedTuple):
    """A message as it would be on the wire, and the encoder that wrote it: expected values go the same way."""

    message: dict[str, Any]
    encoder: Encoder


class Dropped(NamedTuple):
    """A message that would not leave: why, in a word and in a sentence, and what it was, in the wire's names."""

    reason: DropReason
    detail: str
    message: dict[str, Any]


class Recording:
    """Appending to a list is atomic, so that any thread may write while a test reads. ``settle`` adds the messages of the
    transactions that have ended since; it comes before each message and before reading."""

    __slots__ = ("dropped", "sent", "settle")

    def __init__(self, settle: Callable[[], None]) -> None:
        self.settle = settle
        self.sent: list[CapturedMessage] = []
        self.dropped: list[Dropped] = []

    def forget(self) -> None:
        """Starts anew."""
        self.sent.clear()
        self.dropped.clear()


class Recorder(Observer):
    """The observer of one client: writes down what that client accepts and drops."""

    __slots__ = ("_encoder", "_recording")

    def __init__(self, recording: Recording, encoder: Encoder) -> None:
        self._recording = recording
        self._encoder = encoder

    def message_accepted(self, envelope: Envelope) -> None:
        self._recording.settle()
        self._recording.sent.append(CapturedMessage(orjson.loads(envelope.body), self._encoder))

    def message_dropped(self, drop: Drop, message: Message | None) -> None:
        self._recording.settle()
        said = {} if message is None else orjson.loads(self._encoder.encode(payload(message)).body)
        self._recording.dropped.append(Dropped(drop.reason, drop.detail, said))
