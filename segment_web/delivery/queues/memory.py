"""Envelopes in memory, bounded by count and by bytes; whoever calls holds the delivery's lock."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from segment_web.delivery.batcher import fitting
from segment_web.messages.envelope import Envelope

BODY = Envelope._fields.index("body")
KEY = Envelope._fields.index("user_key")
NOTHING: Sequence[Envelope] = ()
ORDINARY = 1_324  # bytes that a message of ordinary size needs: with less left, none is built to be refused
OVERHEAD = 300  # bytes an envelope costs beside its JSON, measured: tuple, ids, object headers


@dataclass(slots=True)
class Room:
    """The bounds that all queues of a client share: ``count`` and ``size`` cover unsettled envelopes, waiting or taken,
    so a server that is down cannot make the process grow."""

    max_count: int
    max_size: int
    drop_oldest: bool
    count: int = 0
    size: int = 0

    @property
    def is_full(self) -> bool:
        """Whether the next put is refused without looking at it."""
        return not self.drop_oldest and (self.count >= self.max_count or self.size + ORDINARY > self.max_size)

    @property
    def share(self) -> float:
        """How full it is, 1.0 when nothing more fits."""
        return max(self.count / self.max_count, self.size / self.max_size)

    def fits(self, cost: int) -> bool:
        """Whether one more of ``cost`` bytes is within the bounds."""
        return self.count < self.max_count and self.size + cost <= self.max_size


class MemoryQueue:
    """First in, first out. What was taken stays on the books until it is settled."""

    __slots__ = ("_envelopes", "_gaps", "_room", "count", "total", "waiting_size")

    def __init__(self, room: Room) -> None:
        # Plain tuples: the garbage collector forgets those that hold text and bytes only, and never looks at them again.
        self._envelopes: deque[tuple[str, str, str, bytes]] = deque()
        self._gaps: deque[int] = deque()  # positions between waiting envelopes whose own were forgotten
        self._room = room
        self.count = 0  # unsettled envelopes
        self.waiting_size = 0  # bytes of those that were not taken yet
        self.total = 0  # envelopes ever put: positions are counted by it

    def __len__(self) -> int:
        return len(self._envelopes)

    @property
    def head(self) -> int:
        """The position of the first waiting envelope among all that were ever put."""
        return self.total - len(self._envelopes) - len(self._gaps)

    def put(self, envelope: Envelope) -> tuple[bool, Sequence[Envelope]]:
        """Whether the envelope is in, and which older ones made room for it."""
        size = len(envelope.body)
        room = self._room
        evicted = NOTHING
        cost = size + OVERHEAD
        if room.count >= room.max_count or room.size + cost > room.max_size:
            evicted = self._make_room(cost)
            if not room.fits(cost):
                return False, evicted
        room.count += 1
        room.size += cost
        self.count += 1
        self.waiting_size += size
        self.total += 1
        self._envelopes.append(envelope[:])  # last: after this call, not before, a signal handler may raise
        return True, evicted

    def _make_room(self, cost: int) -> Sequence[Envelope]:
        """The oldest waiting envelopes, taken out until one of ``cost`` bytes fits or none is left."""
        room: Room = self._room
        evicted: list[Envelope] = []
        while room.drop_oldest and self._envelopes and not room.fits(cost):
            evicted.append(self._out())
            self.settle(evicted[-1:])
        return evicted

    def take(self, *, count: int, size: int) -> tuple[Envelope, ...]:
        """The first envelopes that make one batch; they stay on the books until :meth:`settle`."""
        number = fitting((len(fields[BODY]) for fields in self._envelopes), count=count, size=size)
        return tuple(self._out() for _ in range(number))

    def forget(self, keys: Set[str]) -> tuple[Envelope, ...]:
        """What waits of these visitors, taken out; it stays on the books until :meth:`settle`, and everybody else's
        keeps its position. Looks at every waiting envelope."""
        gaps = set(self._gaps)
        positions = (position for position in range(self.head, self.total) if position not in gaps)
        kept: deque[tuple[str, str, str, bytes]] = deque()
        left: list[Envelope] = []
        for position, fields in zip(list(positions), self._envelopes, strict=True):
            if fields[KEY] in keys:
                gaps.add(position)
                left.append(Envelope._make(fields))
            else:
                kept.append(fields)
        if left:
            self._envelopes, self._gaps = kept, deque(sorted(gaps))
            self.waiting_size -= sum(len(envelope.body) for envelope in left)
            self._pass_gaps()
        return tuple(left)

    def settle(self, envelopes: Iterable[Envelope]) -> None:
        """These are delivered or given up: their room is free again."""
        for envelope in envelopes:
            self.count -= 1
            self._room.count -= 1
            self._room.size -= len(envelope.body) + OVERHEAD

    def _out(self) -> Envelope:
        envelope = Envelope._make(self._envelopes.popleft())
        self.waiting_size -= len(envelope.body)
        self._pass_gaps()
        return envelope

    def _pass_gaps(self) -> None:
        while self._gaps and self._gaps[0] == self.head:
            self._gaps.popleft()
