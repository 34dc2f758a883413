"""How many envelopes travel together: pure arithmetic on counts and encoded bytes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, islice

from segment_web.messages.wire import FRAME_BYTES

COMMA = 1
KEY_ROOM = 256  # bytes kept free for the write key inside the frame; Segment's keys have 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """When a batch is complete (``count`` messages, ``size`` bytes, or ``interval`` seconds after its first message),
    and the seconds between two requests (``spacing``)."""

    count: int
    size: int
    interval: float
    spacing: float = 0.0


def fitting(sizes: Iterable[int], *, count: int, size: int) -> int:
    """How many of the first messages make one batch of at most ``count`` of them and ``size`` bytes, frame included.

    At least one if there is any: a single message is far below every batch limit.
    """
    ends = list(accumulate(islice(sizes, count), lambda end, message: end + COMMA + message))
    return bisect_right(ends, size - FRAME_BYTES - KEY_ROOM) or min(len(ends), 1)
