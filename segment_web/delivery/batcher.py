"""How many envelopes travel together: pure arithmetic on counts and encoded bytes."""

from __future__ import annotations

from collections.abc import Iterable

from segment_web.messages.envelope import Batch, Envelope
from segment_web.messages.wire import FRAME_BYTES

COMMA = 1
KEY_ROOM = 256  # bytes kept free for the write key inside the frame; Segment's keys have 32


def fitting(envelopes: Iterable[Envelope], *, count: int, size: int) -> int:
    """How many of the first envelopes make one batch of at most ``count`` messages and ``size`` bytes, frame included.

    At least one if there is any: a single message is far below every batch limit.
    """
    room = size - FRAME_BYTES - KEY_ROOM
    number = 0
    for envelope in envelopes:
        room -= len(envelope.body) + COMMA
        if number == count or (room < 0 and number > 0):
            break
        number += 1
    return number


def halves(batch: Batch) -> tuple[Batch, Batch]:
    """A refused batch of two or more in two, order kept: the culprit is in one of them. Each is a new episode."""
    middle = len(batch.envelopes) // 2
    return (
        Batch(batch.source, batch.envelopes[:middle]),
        Batch(batch.source, batch.envelopes[middle:]),
    )
