"""Envelopes in memory, bounded by count and by bytes; whoever calls holds the delivery's lock."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from itertools import islice, repeat, starmap

from segment_web.delivery.batcher import fitting
from segment_web.messages.envelope import Envelope, Packed

BODY = Envelope._fields.index("body")
KEY = Envelope._fields.index("user_key")
ORDINARY = 1_324  # bytes that a message of ordinary size needs: with less left, none is built to be refused
OVERHEAD = 300  # bytes an envelope costs beside its JSON, measured: tuple, ids, object headers


def costs(envelopes: Iterable[Envelope]) -> tuple[int, int]:
    """Return the number of envelopes, and the bytes that they take of the room."""
    sizes = [len(envelope[BODY]) for envelope in envelopes]
    return len(sizes), sum(sizes) + OVERHEAD * len(sizes)


@dataclass(slots=True)
class QueueBounds:
    """The bounds that all queues of a client share: ``count`` and ``size`` cover unsettled envelopes, waiting or taken,
    so a server that is down cannot make the process grow."""

    max_count: int
    max_size: int
    drop_oldest: bool
    count: int = 0
    size: int = 0
    is_full: bool = False
    """A message was refused, another one would be, and nothing was settled since."""

    def refuse(self) -> None:
        """There is no room for a message; for one of ordinary size, either?"""
        self.is_full = not self.drop_oldest and (self.count >= self.max_count or self.size + ORDINARY > self.max_size)

    @property
    def share(self) -> float:
        """How full it is, 1.0 when nothing more fits."""
        return max(self.count / self.max_count, self.size / self.max_size)

    def free(self, count: int, size: int) -> None:
        """These are settled."""
        self.count -= count
        self.size -= size
        self.is_full = False

    def fits(self, cost: int) -> bool:
        """Whether one more of ``cost`` bytes is within the bounds."""
        return self.count < self.max_count and self.size + cost <= self.max_size


class MemoryQueue:
    """First in, first out. What was taken stays on the books until it is settled."""

    __slots__ = ("_gaps", "_is_walked", "room", "settled", "total", "waiting", "waiting_size")

    def __init__(self, room: QueueBounds) -> None:
        self.waiting: deque[Packed] = deque()  # what was not taken yet
        self._gaps: deque[int] = deque()  # positions between waiting envelopes whose own were forgotten
        self.room = room
        self.waiting_size = 0  # its bytes
        self.total = 0  # envelopes ever put: positions are counted by it
        self.settled = 0
        self._is_walked = False  # while envelopes are looked at, none is evicted

    def __len__(self) -> int:
        return len(self.waiting)

    @property
    def count(self) -> int:
        """Unsettled envelopes, waiting or taken."""
        return self.total - self.settled

    @property
    def head(self) -> int:
        """The position of the first waiting envelope among all that were ever put."""
        return self.total - len(self.waiting) - len(self._gaps)

    def put(self, envelope: Packed) -> int:
        """How many wait with this envelope, 0 if there is no room for it."""
        size = len(envelope[BODY])
        room, waiting = self.room, self.waiting
        cost = size + OVERHEAD
        if room.count >= room.max_count or room.size + cost > room.max_size:
            return 0
        room.count += 1
        room.size += cost
        self.waiting_size += size
        self.total += 1
        number = len(waiting) + 1  # before: a signal handler may add more as soon as this one is in
        try:
            waiting.append(envelope)  # last: after this call, not before, a signal handler may raise
        except MemoryError:
            room.free(1, cost)
            self.waiting_size -= size
            self.total -= 1
            raise
        return number

    def evict(self, envelope: Packed) -> Sequence[Envelope]:
        """The oldest waiting envelopes, taken out and settled until this one fits; none if it cannot, or if the oldest
        are not to make room."""
        room, cost = self.room, len(envelope[BODY]) + OVERHEAD
        most = self.waiting_size + OVERHEAD * len(self.waiting)
        evicted: list[Envelope] = []
        if room.drop_oldest and not self._is_walked and room.size - most + cost <= room.max_size:
            while self.waiting and not room.fits(cost):
                evicted.append(self._out())
                self.settle(evicted[-1:])
        return evicted

    def first(self, *, count: int, size: int) -> tuple[Envelope, ...]:
        """Return the first envelopes that make one batch, which none is evicted of until :meth:`take`."""
        self._is_walked = True
        sizes = [len(fields[BODY]) for fields in islice(self.waiting, count)]
        number = fitting(sizes, count=count, size=size)
        return tuple(map(Envelope._make, islice(self.waiting, number)))

    def take(self, envelopes: tuple[Envelope, ...]) -> None:
        """Take out these first envelopes; they stay on the books until :meth:`settle`."""
        gone = sum([len(envelope.body) for envelope in envelopes])
        # All or none of them, as nothing is allocated once the first one is out.
        deque(starmap(self.waiting.popleft, repeat((), len(envelopes))), maxlen=0)
        self.waiting_size -= gone
        self._is_walked = False
        self._pass_gaps()

    def recover(self, taken: tuple[Envelope, ...]) -> bool:
        """Repair the queue after an error in :meth:`first` or :meth:`take`; return whether ``taken`` are out of it."""
        self._is_walked = False
        self.waiting_size = sum([len(fields[BODY]) for fields in self.waiting])
        self._pass_gaps()
        return not (taken and self.waiting and self.waiting[0][BODY] is taken[0].body)

    def forget(self, keys: Set[str]) -> tuple[Envelope, ...]:
        """What waits of these visitors, taken out; it stays on the books until :meth:`settle`, and everybody else's
        keeps its position. Looks at every waiting envelope."""
        kept: deque[Packed] = deque()
        left: list[Envelope] = []
        self._is_walked = True
        try:
            gaps, position, before = set(self._gaps), self.head, list(self.waiting)
            for fields in before:
                while position in gaps:
                    position += 1
                if fields[KEY] in keys:
                    gaps.add(position)
                    left.append(Envelope._make(fields))
                else:
                    kept.append(fields)
                position += 1
            size, self._gaps = sum([len(envelope.body) for envelope in left]), deque(sorted(gaps))
            self.waiting_size -= size
            walked, self.waiting = self.waiting, kept
            kept.extend(list(walked)[len(before) :])  # what a signal handler has said meanwhile
        finally:
            self._is_walked = False
        self._pass_gaps()
        return tuple(left)

    def settle(self, envelopes: Iterable[Envelope]) -> None:
        """These are delivered or given up: their room is free again."""
        number, cost = costs(envelopes)
        self.settled += number
        self.room.free(number, cost)

    def _out(self) -> Envelope:
        envelope = Envelope._make(self.waiting.popleft())
        size = len(envelope.body)
        self.waiting_size -= size  # without a call in between, in which a signal handler might run
        self._pass_gaps()
        return envelope

    def _pass_gaps(self) -> None:
        while self._gaps and self._gaps[0] <= self.head:
            self._gaps.popleft()
