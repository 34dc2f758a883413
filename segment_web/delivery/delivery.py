"""What the client hands envelopes to: bounded, fork-safe, drained at exit."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from segment_web import forks
from segment_web.delivery import life
from segment_web.delivery.lane import Lane, Settled, Trip
from segment_web.delivery.report import Books, Stats
from segment_web.delivery.transports.transport import Transport
from segment_web.delivery.worker import Worker
from segment_web.logs import internal_error, log
from segment_web.messages.envelope import Batch, Envelope
from segment_web.messages.observer import Observer
from segment_web.messages.outcome import Outcome, Verdict
from segment_web.messages.reasons import Drop, DropReason

FULL = Drop(DropReason.QUEUE_FULL, "the queue is full: the server is down or slower than the events; raise queue_size")
CLOSED = Drop(DropReason.CLOSED, "the client is closed")


class Delivery:
    """Takes envelopes on any thread and settles them on one of its own, started with the first.

    ``make_lane`` and ``make_transport`` are called for this process, and again in a forked child, which delivers its
    own messages and none of its parent's.
    """

    def __init__(
        self,
        *,
        make_lane: Callable[[], Lane],
        make_transport: Callable[[], Transport],
        exit_timeout: float,
        observers: Sequence[Observer] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make_lane = make_lane
        self._make_transport = make_transport
        self._exit_timeout = exit_timeout
        self.observers = tuple(observers)
        self._clock = clock
        self._closing = False
        self._begin()
        life.born(self)

    def _begin(self) -> None:
        """The state of a process that has said nothing yet."""
        self._changed = threading.Condition(threading.Lock())
        self._books = Books()
        self._lane = self._make_lane()
        self._transport: Transport | None = None
        self._worker: Worker | None = None

    def forked(self) -> None:
        """A child inherits no lock, queue, thread or connection; it begins anew, unless all was over before."""
        abandon = getattr(self._transport, "abandon", None)  # only transports that hold connections have it
        if abandon is not None:
            abandon()
        self._begin()

    @property
    def is_full(self) -> bool:
        """A look without the lock, so that a call may give up before it builds its message."""
        return self._lane.queue.is_full

    def prepare(self) -> None:
        """Imports and builds what the first delivery needs, on the caller's thread: an import on the worker's would
        deadlock a process that forks at that moment."""
        with forks.loading:
            if self._transport is None:
                self._transport = self._make_transport()

    def put(self, envelope: Envelope) -> Drop | None:
        """Accepts the envelope, or says why not. Never waits for anything but the lock of a few list operations."""
        with self._changed:
            if self._closing:
                self._count_skip(CLOSED)
                return CLOSED
            taken, evicted = self._lane.queue.put(envelope)
            if not taken:
                self._count_skip(FULL)
                return FULL
            self._books.accepted += 1
            self._wake()
            if evicted:
                self._books.dropped[FULL.reason] += len(evicted)
        if self._worker is None:
            self._start()
        self.notify("message_accepted", envelope)
        if evicted:
            self._tell_refused(evicted, FULL, Outcome(Verdict.REFUSE, FULL.detail))
        return None

    def skipped(self, drop: Drop) -> None:
        """Counts a message that was never accepted."""
        with self._changed:
            self._count_skip(drop)

    def marked(self, number: int) -> None:
        """Counts values that no JSON has and that left as markers."""
        with self._changed:
            self._books.marked += number

    def flush(self, timeout: float | None = None) -> bool:
        """Waits until everything accepted so far is settled; False when ``timeout`` seconds were not enough."""
        with self._changed:
            target = self._lane.queue.total
            self._lane.urgent = max(self._lane.urgent, target)
            self._changed.notify_all()
            return self._changed.wait_for(lambda: self._lane.reached >= target, timeout)

    def close(self, timeout: float | None = None) -> bool:
        """Delivers what is queued within ``timeout`` seconds (default: ``exit_timeout``), counts what is left as
        dropped and stops the thread. True when nothing was left. Later puts are refused."""
        timeout = self._exit_timeout if timeout is None else timeout
        with self._changed:
            if self._closing:
                return self._lane.queue.count == 0
            self._closing = True
        self._drain(timeout)
        return not self._end()

    def stats(self) -> Stats:
        """The books at this moment."""
        with self._changed:
            lane, books, now = self._lane, self._books, self._clock()
            rest = lane.paused_until - now
            return Stats(
                accepted=books.accepted,
                delivered=books.delivered,
                retried=books.retried,
                dropped=dict(books.dropped),
                skipped=books.skipped,
                pending=lane.queue.count,
                bytes_sent=books.bytes_sent,
                marked=books.marked,
                oldest_pending_seconds=max(0.0, now - lane.oldest) if lane.queue.count else 0.0,
                paused_until=datetime.now(UTC) + timedelta(seconds=rest) if rest > 0 else None,
                last_error=books.last_error,
            )

    def _wake(self) -> None:
        """The worker is woken when the queue turns non-empty and at a full batch; a signal for each put would make
        puts three times slower."""
        lane, waiting = self._lane, len(self._lane.queue)
        if waiting == 1:
            lane.since = self._clock()
            self._changed.notify_all()
        elif waiting == lane.count or lane.queue.waiting_size >= lane.size:
            self._changed.notify_all()

    def _start(self) -> None:
        self.prepare()
        with self._changed:
            if self._worker is not None:
                return
            worker = Worker(
                (self._lane,), self._changed, clock=self._clock, carry=self._carry, book=self._book, ended=self._let_go
            )
            self._worker = worker
        life.begun(self)
        if not worker.start():
            worker.run_until(self._clock() + self._exit_timeout)

    def _carry(self, trip: Trip) -> Outcome:
        assert self._transport is not None, "prepare() runs before the worker starts"
        return self._transport.deliver(trip.batch)

    def _let_go(self) -> None:
        if self._transport is not None:
            try:
                self._transport.close()
            except Exception as error:  # noqa: BLE001 - everything is delivered or counted by now
                internal_error("transport.close()", error)

    def _book(self, lane: Lane, trip: Trip, outcome: Outcome) -> Callable[[], None]:
        """Records an outcome under the lock; returns what is to be told without it."""
        batch = trip.batch
        if lane.travelling is not trip:
            return lambda: None  # given up meanwhile: the process is ending
        settled = lane.arrived(trip, outcome, self._clock())
        books = self._books
        books.delivered += len(settled.delivered)
        books.retried += settled.retried
        books.bytes_sent += outcome.bytes_sent
        if settled.drop is not None:
            books.dropped[settled.drop.reason] += len(settled.dropped)
        if outcome.verdict is not Verdict.DELIVERED:
            books.last_error = outcome.detail
        return lambda: self._tell(batch, outcome, settled)

    def _tell(self, batch: Batch, outcome: Outcome, settled: Settled) -> None:
        if outcome.verdict is Verdict.PAUSE:
            log(logging.ERROR, f"paused:{outcome.detail}", paused_text(outcome))
        elif outcome.verdict is Verdict.RETRY:
            log(logging.WARNING, "retry", f"segment_web: delivery failed ({outcome.detail}); will retry")
        if settled.delivered:
            self.notify("batch_delivered", batch, outcome)
        if settled.drop is not None:
            self._tell_refused(settled.dropped, settled.drop, outcome)

    def _tell_refused(self, envelopes: Sequence[Envelope], drop: Drop, outcome: Outcome) -> None:
        text = f"segment_web dropped {len(envelopes)} accepted messages: {drop.reason} ({drop.detail})"
        log(logging.ERROR, f"lost:{drop.reason}", text)
        self.notify("batch_refused", envelopes, drop, outcome)

    def _drain(self, timeout: float) -> None:
        lane, deadline = self._lane, self._clock() + timeout
        if self._worker is None:
            return
        with self._changed:
            lane.urgent = lane.queue.total
            lane.hurry()
            self._changed.notify_all()
            if self._worker.is_alive:
                self._changed.wait_for(lambda: lane.is_done(self._clock(), deadline), timeout)
                return
        self._worker.run_until(deadline)

    def _end(self) -> tuple[Envelope, ...]:
        with self._changed:
            in_flight = self._lane.travelling is not None  # a request that hangs is abandoned, not waited for
            left = self._lane.give_up()
            if left:
                self._books.dropped[DropReason.EXIT_TIMEOUT] += len(left)
            if self._worker is not None:
                self._worker.stop()
        if self._worker is None or not self._worker.is_alive:
            self._let_go()
        elif not in_flight:
            self._worker.join(self._exit_timeout)
        if left:
            drop = Drop(DropReason.EXIT_TIMEOUT, "not delivered before the process ended")
            self._tell_refused(left, drop, Outcome(Verdict.REFUSE, drop.detail))
        return left

    def notify(self, event: str, *arguments: object) -> None:
        for observer in self.observers:
            try:
                getattr(observer, event)(*arguments)
            except Exception as error:  # noqa: BLE001 - an observer can change nothing, least of all break delivery
                internal_error("observer", error)

    def _count_skip(self, drop: Drop) -> None:
        self._books.skipped += 1
        self._books.dropped[drop.reason] += 1


def paused_text(outcome: Outcome) -> str:
    """The line for a source that cannot work as it is configured."""
    if "401" in outcome.detail or "403" in outcome.detail:
        cure = "the server does not know this write key: check SEGMENT_WRITE_KEY and the region"
    else:
        cure = "the host does not speak Segment's Tracking API: check the host setting"
    return f"segment_web: delivery is paused ({outcome.detail}); {cure}. Messages are kept while the queue has room"
