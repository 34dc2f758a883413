"""One source's way out: its queue, the batches that wait beside it for another try, and its pause.

Pure bookkeeping under the delivery's lock: nothing here sleeps, sends or reads a clock. A batch that fails waits beside
the queue and not at its head, so it never blocks fresh messages. What has to wait longer than a moment is a value here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from segment_web.delivery.batcher import halves
from segment_web.delivery.queues.memory import MemoryQueue
from segment_web.messages.envelope import Batch, Envelope
from segment_web.messages.outcome import Outcome, Verdict
from segment_web.messages.reasons import Drop, DropReason
from segment_web.net.retry import Attempts, GiveUp, RetryPolicy

FAILING = 2  # consecutive failures after which the server, not the batch, is taken to be at fault
PAUSE_LEAST = 5.0  # seconds a misconfigured source rests before it is probed again; a key is mended in minutes
FAR = float("inf")


@dataclass(slots=True, eq=False)
class Trip:
    """A batch on its way, its tries so far, when (monotonic seconds) its first envelope came and when it may go;
    ``position`` is where in the queue that envelope was."""

    batch: Batch
    position: int
    since: float
    attempts: Attempts = field(default_factory=Attempts)
    due: float = 0.0


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a trip: envelopes that left the books, and why if they were not delivered."""

    delivered: tuple[Envelope, ...] = ()
    dropped: tuple[Envelope, ...] = ()
    drop: Drop | None = None
    retried: int = 0


@dataclass(slots=True)
class Lane:
    """``count``, ``size`` and ``interval`` say when a batch is complete; ``jitter`` returns a number in [0, 1)."""

    source: str
    queue: MemoryQueue
    policy: RetryPolicy
    jitter: Callable[[], float]
    count: int
    size: int
    interval: float
    retrying: list[Trip] = field(default_factory=list)
    travelling: Trip | None = None
    ordered_until: float = 0.0  # a pause the server ordered, which even the end of the process keeps
    rests_until: float = 0.0  # a pause of our own, before a failing or misconfigured server is probed again
    failures: int = 0
    since: float = 0.0  # when the queue's first envelope came
    urgent: int = 0  # envelopes before this position leave without waiting for company

    @property
    def paused_until(self) -> float:
        """Before this moment nothing is sent."""
        return max(self.ordered_until, self.rests_until)

    @property
    def oldest(self) -> float:
        """When the oldest unsettled envelope came; only meaningful while there is one."""
        return min([*(trip.since for trip in self._trips()), *([self.since] if len(self.queue) else [])], default=0.0)

    def next_trip(self, now: float) -> Trip | None:
        """The trip to make now, which the caller must report to :meth:`arrived`; None when it is not time for any."""
        if now < self.paused_until or self.travelling is not None:
            return None
        trip = self._due_again(now) or self._fresh(now)
        self.travelling = trip
        return trip

    def next_time(self, now: float) -> float:
        """When to ask again; infinitely far when there is nothing to do."""
        times = [trip.due for trip in self.retrying]
        if len(self.queue):
            times.append(now if self._complete(now) else self.since + self.interval)
        return max(min(times), self.paused_until) if times else FAR

    def arrived(self, trip: Trip, outcome: Outcome, now: float) -> Settled:
        """Books the outcome of a trip and decides what follows."""
        self.travelling = None
        settled = self._decide(trip, outcome, now)
        self.failures = 0 if outcome.verdict is Verdict.DELIVERED else self.failures + 1
        if outcome.verdict is Verdict.RETRY and self.failures >= FAILING:
            self.rests_until = now + self.policy.backoff(self.failures - FAILING, self.jitter)
        self.queue.settle(settled.delivered)
        self.queue.settle(settled.dropped)
        return settled

    def give_up(self) -> tuple[Envelope, ...]:
        """Everything unsettled, taken off the books: the process ends."""
        left = [envelope for trip in self._trips() for envelope in trip.batch.envelopes]
        while envelopes := self.queue.take(count=self.count, size=self.size):
            left.extend(envelopes)
        self.retrying, self.travelling = [], None
        self.queue.settle(tuple(left))
        return tuple(left)

    @property
    def reached(self) -> int:
        """Every envelope before this position is settled."""
        return min([trip.position for trip in self._trips()], default=self.queue.head)

    def is_done(self, now: float, deadline: float) -> bool:
        """Whether nothing more can be settled before ``deadline``: all is, or the next try lies beyond it."""
        return self.queue.count == 0 or (self.travelling is None and self.next_time(now) > deadline)

    def hurry(self) -> None:
        """Waits that are only ours end now: one more try before the process does. A server's own word still holds."""
        self.rests_until = 0.0
        for trip in self.retrying:
            trip.due = 0.0

    def _trips(self) -> list[Trip]:
        return self.retrying if self.travelling is None else [*self.retrying, self.travelling]

    def _due_again(self, now: float) -> Trip | None:
        trip = min((trip for trip in self.retrying if trip.due <= now), key=lambda trip: trip.position, default=None)
        if trip is not None:
            self.retrying.remove(trip)
        return trip

    def _fresh(self, now: float) -> Trip | None:
        if not self._complete(now):
            return None
        position = self.queue.head
        envelopes = self.queue.take(count=self.count, size=self.size)
        return Trip(Batch(self.source, envelopes), position, self.since)

    def _complete(self, now: float) -> bool:
        waiting = len(self.queue)
        return waiting > 0 and (
            waiting >= self.count
            or self.queue.head < self.urgent
            or now - self.since >= self.interval
            or self.queue.waiting_size >= self.size
        )

    def _decide(self, trip: Trip, outcome: Outcome, now: float) -> Settled:
        envelopes = trip.batch.envelopes
        if outcome.verdict is Verdict.DELIVERED:
            return Settled(delivered=envelopes)
        if outcome.verdict is Verdict.SPLIT and len(envelopes) > 1:
            first, second = halves(trip.batch)
            middle = trip.position + len(first.envelopes)
            self.retrying += [Trip(first, trip.position, trip.since), Trip(second, middle, trip.since)]
            return Settled()
        if outcome.verdict is Verdict.SPLIT:
            return Settled(dropped=envelopes, drop=Drop(DropReason.BAD_REQUEST, outcome.detail))
        if outcome.verdict is Verdict.REFUSE:
            return Settled(dropped=envelopes, drop=Drop(DropReason.REFUSED, outcome.detail))
        if outcome.verdict is Verdict.PAUSE:
            return self._pause(trip, now)
        return self._retry(trip, outcome, now)

    def _pause(self, trip: Trip, now: float) -> Settled:
        self.rests_until = now + max(PAUSE_LEAST, self.policy.backoff(self.failures, self.jitter))
        return self._again(trip, self.rests_until)

    def _retry(self, trip: Trip, outcome: Outcome, now: float) -> Settled:
        decision = self.policy.decide(trip.attempts, now=now, retry_after=outcome.retry_after, jitter=self.jitter)
        if isinstance(decision, GiveUp):
            detail = f"{decision.reason}; last answer: {outcome.detail}"
            return Settled(dropped=trip.batch.envelopes, drop=Drop(DropReason.RETRIES_EXHAUSTED, detail))
        trip.attempts = trip.attempts.after(decision, now=now)
        if not decision.counted:
            self.ordered_until = max(self.ordered_until, now + decision.wait)
        return self._again(trip, now + decision.wait)

    def _again(self, trip: Trip, due: float) -> Settled:
        trip.batch = trip.batch._replace(retries=trip.batch.retries + 1)
        trip.due = due
        self.retrying.append(trip)
        return Settled(retried=len(trip.batch.envelopes))
