"""Envelopes in memory, bounded by count and by bytes; whoever calls holds the delivery's lock."""

from __future__ import annotations

from collections import deque

from segment_web.delivery.batcher import fitting
from segment_web.messages.envelope import Envelope

OVERHEAD = 300  # bytes an envelope costs beside its JSON, measured: tuple, ids, object headers


class MemoryQueue:
    """First in, first out. What was taken counts against the bounds until it is settled, so a server that is down
    cannot make the process grow: ``count`` and ``size`` cover waiting and taken envelopes alike."""

    __slots__ = ("_envelopes", "_max_count", "_max_size", "_oldest_out", "count", "size", "total", "waiting_size")

    def __init__(self, *, max_count: int, max_size: int, drop_oldest: bool) -> None:
        self._envelopes: deque[Envelope] = deque()
        self._max_count = max_count
        self._max_size = max_size
        self._oldest_out = drop_oldest
        self.count = 0  # unsettled envelopes
        self.size = 0  # bytes they hold
        self.waiting_size = 0  # bytes of those that were not taken yet
        self.total = 0  # envelopes ever put: positions are counted by it

    def __len__(self) -> int:
        return len(self._envelopes)

    @property
    def head(self) -> int:
        """The position of the first waiting envelope among all that were ever put."""
        return self.total - len(self._envelopes)

    @property
    def is_full(self) -> bool:
        """Whether the next put is refused without looking at it."""
        return not self._oldest_out and (self.count >= self._max_count or self.size >= self._max_size)

    def put(self, envelope: Envelope) -> tuple[bool, list[Envelope]]:
        """Whether the envelope is in, and which older ones made room for it."""
        evicted: list[Envelope] = []
        cost = len(envelope.body) + OVERHEAD
        while self.count >= self._max_count or self.size + cost > self._max_size:
            if not self._oldest_out or not self._envelopes:
                return False, evicted
            oldest = self._out()
            self.settle((oldest,))
            evicted.append(oldest)
        self._envelopes.append(envelope)
        self.count += 1
        self.size += cost
        self.waiting_size += len(envelope.body)
        self.total += 1
        return True, evicted

    def take(self, *, count: int, size: int) -> tuple[Envelope, ...]:
        """The first envelopes that make one batch; they stay on the books until :meth:`settle`."""
        number = fitting(self._envelopes, count=count, size=size)
        return tuple(self._out() for _ in range(number))

    def settle(self, envelopes: tuple[Envelope, ...]) -> None:
        """These are delivered or given up: their room is free again."""
        self.count -= len(envelopes)
        self.size -= sum(len(envelope.body) + OVERHEAD for envelope in envelopes)

    def _out(self) -> Envelope:
        envelope = self._envelopes.popleft()
        self.waiting_size -= len(envelope.body)
        return envelope
