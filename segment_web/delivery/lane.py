"""One source's way out: its queue, the batches that wait beside it for another try, and its pauses.

Pure bookkeeping under the delivery's lock: nothing here sleeps, sends or reads a clock. A batch that fails waits beside
the queue and not at its head, so it never blocks fresh messages; only later messages of the same visitor wait for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence, Set
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain

from segment_web.delivery.batcher import Pace
from segment_web.delivery.books import Books, SourceStats
from segment_web.delivery.in_flight import Bisection, InFlightBatch, Settled
from segment_web.delivery.queues.memory import MemoryQueue, costs
from segment_web.delivery.retries import Retries
from segment_web.delivery.undo import Undo
from segment_web.messages.envelope import Batch, Envelope, Packed
from segment_web.messages.outcome import Outcome, Verdict
from segment_web.messages.reasons import QUEUE_FULL, Drop, DropReason
from segment_web.net.retry import GiveUp, RetryPolicy, ordered_wait

FAILING = 2  # consecutive failures after which the server, not the batch, is taken to be at fault
REST = 4.0  # seconds at most between two looks at a failing server: what is said after it recovered passes within 5
FORGOTTEN = Drop(DropReason.NO_CONSENT, "the visitor withdrew consent before it was sent")
FAILURES = frozenset({Verdict.RETRY, Verdict.PAUSE})
FAR = float("inf")


class Lane:
    """``jitter`` returns a number in [0, 1)."""

    def __init__(
        self, source: str, queue: MemoryQueue, pace: Pace, policy: RetryPolicy, jitter: Callable[[], float]
    ) -> None:
        self.source = source
        self.queue = queue
        self.pace = pace
        self.books = Books()
        self.travelling: InFlightBatch | None = None
        self.telling = False  # observers are being told of the last trip: a flush waits until they know
        self.since = 0.0  # when the queue's first envelope came
        self.is_called = False  # the worker knows that a whole batch waits
        self.urgent = 0  # envelopes before this position leave without waiting for company
        self._policy = policy
        self._jitter = jitter
        self._waiting = Retries(count=pace.count, size=pace.size)
        self._guilty: list[InFlightBatch] = []  # refused alone, kept until the search they were found by is over
        self._ordered_until = 0.0  # a pause the server ordered, which even the end of the process keeps
        self._rests_until = 0.0  # a pause of our own, before a failing or misconfigured server is probed again
        self._spaced_until = 0.0
        self._failures = self._refused = 0  # requests that failed in a row, and messages that were refused in a row

    @property
    def paused_until(self) -> float:
        """Before this moment nothing is sent."""
        return max(self._ordered_until, self._rests_until)

    @property
    def oldest(self) -> float:
        """When the oldest unsettled envelope came; only meaningful while there is one."""
        return min([*(trip.since for trip in self._trips()), *([self.since] if len(self.queue) else [])], default=0.0)

    @property
    def reached(self) -> int:
        """Every envelope before this position is settled."""
        return min([trip.position for trip in self._trips()], default=self.queue.head)

    @property
    def is_full(self) -> bool:
        """Whether what waits makes a whole batch."""
        return len(self.queue) >= self.pace.count or self.queue.waiting_size >= self.pace.size

    def evict(self, envelope: Packed) -> Sequence[Envelope]:
        """The older messages that make room for this one: off the books, the queue no full batch any more."""
        if evicted := self.queue.evict(envelope):
            number, self.is_called = len(evicted), False
            self.books.dropped[QUEUE_FULL.reason] += number
        return evicted

    def next_trip(self, now: float) -> InFlightBatch | None:
        """The trip to make now, which the caller must report to :meth:`arrived`; None when it is not time for any."""
        if self.travelling is not None or now < max(self.paused_until, self._spaced_until):
            return None
        if self._due_again(now) or self._fresh(now):
            self._spaced_until = now + self.pace.spacing
        return self.travelling

    def next_time(self, now: float) -> float:
        """When to ask again; infinitely far when there is nothing to do."""
        times = [trip.due for trip in self._waiting.free()]
        if len(self.queue):
            times.append(now if self._complete(now) else self.since + self.pace.interval)
        return max(min(times), self.paused_until, self._spaced_until) if times else FAR

    def arrived(self, trip: InFlightBatch, outcome: Outcome, now: float) -> Settled:
        """Books the outcome of a trip and decides what follows."""
        undo = Undo(self._waiting, self._guilty, trip)
        try:
            settled = self._decided(trip, outcome, now)
            self.books.note(outcome, settled.retried, now)
            self._settle(settled, None)
        except BaseException:
            undo.restore()
            raise
        return settled

    def recover(self, now: float) -> None:
        """Put back the trip that an error interrupted: it waits beside the queue, and the lane rests."""
        trip = self.travelling
        is_out = self.queue.recover(trip.batch.envelopes if trip is not None else ())
        if trip is not None and is_out and trip.batch.envelopes and trip not in self._waiting:
            trip.due = now + REST
            self._waiting.add(trip)
        self._rests_until = max(self._rests_until, now + REST)
        self.travelling = None

    def _decided(self, trip: InFlightBatch, outcome: Outcome, now: float) -> Settled:
        settled = self._decide(trip, outcome, now)
        if trip.forgotten:
            settled = self._forget_tried(trip.forgotten, settled)
        if outcome.verdict is Verdict.DELIVERED:
            self._failures = self._refused = 0
            for guilty in self._guilty:
                guilty.overtaken = guilty.overtaken or not guilty.keys.isdisjoint(trip.keys)
        elif outcome.verdict in FAILURES:  # a server that refuses a message is well
            self._failures += 1
        if outcome.verdict is Verdict.RETRY and self._failures >= FAILING:
            self._rests_until = now + min(self._policy.backoff(self._failures - FAILING, self._jitter), REST)
        if trip.bisection is not None and not self._waiting.of(trip.bisection):
            settled = self._search_over(trip.bisection, settled)
        return settled

    def forget(self, keys: Set[str]) -> Settled:
        """Gives up what waits of these visitors, in the queue and beside it; looks at all that waits. What is travelling
        cannot be called back; if it fails it is not tried again."""
        queued, self.is_called = self.queue.forget(keys), False
        settled = self._forget_tried(keys, Settled(losses=((FORGOTTEN, queued),) if queued else ()))
        if self.travelling is not None:
            self.travelling.forgotten = self.travelling.forgotten | (keys & self.travelling.keys)
        for search in {trip.bisection for trip in self._guilty}:
            is_travelling = self.travelling is not None and self.travelling.bisection is search
            if search is not None and not is_travelling and not self._waiting.of(search):
                settled = self._search_over(search, settled)
        self._settle(settled, self.travelling)
        return settled

    def give_up(self, drop: Drop) -> tuple[Envelope, ...]:
        """Everything unsettled, taken off the books: the process ends."""
        left = [envelope for trip in self._trips() for envelope in trip.batch.envelopes]
        while len(self.queue):
            envelopes = self.queue.first(count=self.pace.count, size=self.pace.size)
            self.queue.take(envelopes)
            left.extend(envelopes)
        self._waiting = Retries(count=self.pace.count, size=self.pace.size)
        self._guilty, self.travelling = [], None
        self.queue.settle(tuple(left))
        self.books.dropped[drop.reason] += len(left)
        return tuple(left)

    def is_done(self, now: float, deadline: float) -> bool:
        """Whether nothing more can be settled before ``deadline``: all is, or the next try lies beyond it."""
        return self.queue.count == 0 or (self.travelling is None and self.next_time(now) > deadline)

    def hurry(self) -> None:
        """Waits that are only ours end now: one more try before the process does. A server's own word still holds."""
        self.urgent = self.queue.total
        self._rests_until = 0.0
        for trip in self._waiting:
            trip.due = 0.0

    def stats(self, now: float, wall: datetime) -> SourceStats:
        """The books at this moment, which ``wall`` names for people."""
        rest = self.paused_until - now
        return self.books.shown(
            now=now,
            accepted=self.queue.total,
            pending=self.queue.count,
            oldest=self.oldest if self.queue.count else now,
            paused_until=wall + timedelta(seconds=rest) if rest > 0 else None,
        )

    def _settle(self, settled: Settled, travelling: InFlightBatch | None) -> None:
        """Book it all in one statement: an error, of memory for example, leaves every count as it was."""
        books, queue, room = self.books, self.queue, self.queue.room
        delivered, losses = settled.delivered, [envelopes for _, envelopes in settled.losses]
        number, cost = costs(chain(delivered, *losses))
        dropped = Counter(books.dropped)
        for drop, envelopes in settled.losses:
            dropped[drop.reason] += len(envelopes)
        room.is_full = room.is_full and not number
        books.delivered, books.dropped, queue.settled, room.count, room.size, self.travelling = (
            books.delivered + len(delivered), dropped, queue.settled + number, room.count - number, room.size - cost, travelling
        )  # fmt: skip

    def _trips(self) -> list[InFlightBatch]:
        return [*self._waiting, *self._guilty, *([self.travelling] if self.travelling else [])]

    def _due_again(self, now: float) -> bool:
        trip = next((trip for trip in self._waiting.free() if trip.due <= now), None)
        if trip is not None:
            self.travelling = trip  # before it is popped, so that an error in between loses nothing
            self._waiting.pop(trip)
        return trip is not None

    def _fresh(self, now: float) -> bool:
        while self._complete(now):
            position, self.is_called = self.queue.head, False
            batch = Batch(self.source, self.queue.first(count=self.pace.count, size=self.pace.size))
            self.travelling = trip = InFlightBatch(batch, position, self.since)
            self.queue.take(batch.envelopes)
            self._waiting.hold_back(trip)
            if trip.batch.envelopes:
                return True
            self.travelling = None
        return False

    def _complete(self, now: float) -> bool:
        return len(self.queue) > 0 and (
            self.is_full or self.queue.head < self.urgent or now - self.since >= self.pace.interval
        )

    def _decide(self, trip: InFlightBatch, outcome: Outcome, now: float) -> Settled:
        if outcome.verdict is Verdict.DELIVERED:
            return trip.delivered(outcome)
        if outcome.verdict is Verdict.SPLIT:
            return self._split(trip, now)
        if outcome.verdict is Verdict.REFUSE:
            return trip.lost(Drop(DropReason.REFUSED, outcome.detail))
        if outcome.verdict is Verdict.PAUSE:
            self._rests_until = now + REST
            return self._again(trip, outcome, self._rests_until)
        return self._retry(trip, outcome, now)

    def _split(self, trip: InFlightBatch, now: float) -> Settled:
        """Halves a refused batch until the culprit is alone; a server that refuses most of a batch is given time."""
        search = trip.bisection = trip.bisection or Bisection(len(trip.batch.envelopes))
        if len(trip.batch.envelopes) > 1:
            self._waiting.add(*trip.halves())
            return Settled()
        search.guilty.append(trip)
        self._guilty.append(trip)
        if suspect := search.is_suspect(self._refused):
            self._rests_until = now + REST
            self._search_again(search)
        return Settled(suspect=suspect)

    def _search_again(self, search: Bisection) -> None:
        """What is left of a search, guilty or not yet known, together once more after the pause; not what would now come
        out of order, which is refused."""
        rest = [trip for trip in search.guilty if not trip.overtaken]
        rest += [self._waiting.pop(trip) for trip in self._waiting.of(search)]
        rest.sort(key=lambda trip: trip.position)
        envelopes = tuple(envelope for trip in rest for envelope in trip.batch.envelopes)
        again = Bisection(len(envelopes), search.round + 1)
        search.guilty = [trip for trip in search.guilty if trip.overtaken]
        self._guilty[:] = [trip for trip in self._guilty if trip.bisection is not search or trip.overtaken]
        if rest:
            first, due = rest[0], self._rests_until
            self._waiting.add(
                InFlightBatch(Batch(self.source, envelopes), first.position, first.since, due=due, bisection=again)
            )

    def _search_over(self, search: Bisection, settled: Settled) -> Settled:
        """The guilty are refused now; they were found one by one and are told of together."""
        guilty = tuple(envelope for trip in search.guilty for envelope in trip.batch.envelopes)
        if not guilty:
            return settled
        self._guilty[:] = [trip for trip in self._guilty if trip.bisection is not search]
        self._refused = self._refused + len(guilty) if len(guilty) == search.size else 0
        drop = Drop(DropReason.BAD_REQUEST, "HTTP 400 or 413 for each of these alone")
        return replace(settled, losses=(*settled.losses, (drop, guilty)))

    def _forget_tried(self, keys: Set[str], settled: Settled) -> Settled:
        """What was tried before, or waits behind it, of these visitors."""
        left = self._waiting.forget(keys)
        for trip in list(self._guilty):  # each carries one message
            if (found := trip.forget(keys)) and trip.bisection is not None:
                left += found
                self._guilty.remove(trip)
                trip.bisection.guilty.remove(trip)
        return replace(settled, losses=(*settled.losses, (FORGOTTEN, tuple(left)))) if left else settled

    def _retry(self, trip: InFlightBatch, outcome: Outcome, now: float) -> Settled:
        decision = self._policy.decide(trip.attempts, now=now, retry_after=outcome.retry_after, jitter=self._jitter)
        if outcome.retry_after is not None:  # the server's word is for the whole source, whatever becomes of this batch
            self._ordered_until = max(self._ordered_until, now + ordered_wait(outcome.retry_after))
        if isinstance(decision, GiveUp):
            return trip.lost(Drop(DropReason.RETRIES_EXHAUSTED, f"{decision.reason}; last answer: {outcome.detail}"))
        trip.attempts = trip.attempts.after(decision, now=now)
        return self._again(trip, outcome, now + decision.wait)

    def _again(self, trip: InFlightBatch, outcome: Outcome, due: float) -> Settled:
        trip.batch = trip.batch._replace(retries=trip.batch.retries + outcome.sends)
        trip.due = due
        self._waiting.add(trip)
        return Settled(retried=len(trip.batch.envelopes))
