"""What the client hands envelopes to: bounded, fork-safe, drained at exit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence, Set
from datetime import UTC, datetime
from itertools import chain

from segment_web.delivery.books import Skipped, Stats, summed
from segment_web.delivery.carriers import Carriers
from segment_web.delivery.in_flight import InFlightBatch
from segment_web.delivery.lane import FAR, FORGOTTEN, Lane
from segment_web.delivery.notices import Notices
from segment_web.delivery.queues.memory import QueueBounds
from segment_web.delivery.runner import Runner, seconds
from segment_web.delivery.transports.transport import Transport
from segment_web.delivery.worker import Worker
from segment_web.messages.envelope import Envelope, Packed
from segment_web.messages.observer import Observer
from segment_web.messages.outcome import Outcome, Verdict
from segment_web.messages.reasons import QUEUE_FULL, Drop, DropReason
from segment_web.process import lifetime

CLOSED = Drop(DropReason.CLOSED, "the client is closed")
new = tuple.__new__  # a NamedTuple's own constructor takes twice as long
DIED = "the thread that delivers has died"
LEFT = Drop(DropReason.EXIT_TIMEOUT, "not delivered before the process ended")


class Delivery:
    """Takes envelopes on any thread and settles them on one of its own, started with the first.

    ``make_lanes`` and ``make_transports`` (both by source) are called for this process, and again in a forked child,
    which delivers its own messages and none of its parent's.
    """

    def __init__(
        self,
        *,
        make_room: Callable[[], QueueBounds],
        make_lanes: Callable[[QueueBounds], Mapping[str, Lane]],
        make_transports: Callable[[], Mapping[str, Transport]],
        exit_timeout: float,
        observers: Sequence[Observer] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make_room = make_room
        self._make_lanes = make_lanes
        self._make_transports = make_transports
        self.exit_timeout = exit_timeout
        self.observers = tuple(observers)
        self._telling = Notices(self.observers, self._contains)
        self.notify = self._telling.notify
        self._clock = clock
        self._closing = self._closed = False
        self._late_thread: int | None = None  # the thread that runs the exit handlers, after the end has begun
        self._patience = 0.0  # seconds that are left to the handlers
        self._begin()
        lifetime.born(self)

    def _begin(self) -> None:
        """The state of a process that has said nothing yet."""
        # Re-entrant: a signal handler that tracks or closes may interrupt the main thread inside. It is entered itself
        # and not by way of the condition, whose Python code an exception of such a handler could leave locked.
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self.room = self._make_room()  # whose ``is_full`` may be asked without the lock, before a message is built
        self._lanes = self._make_lanes(self.room)
        self._skipped = Skipped()
        self._carriers = Carriers(self._make_transports)
        self._runner = Runner(
            self._lock, self._changed, clock=self._clock, begin=self._begin_here, make_worker=self._make_worker
        )

    def forked(self) -> None:
        """A child inherits no lock, queue, thread or connection; it begins anew, unless all was over before."""
        self._carriers.tell("abandon")
        self._begin()

    def prepare(self) -> None:
        """Imports and builds what the first delivery needs, on the caller's thread: an import on the worker's would
        deadlock a process that forks at that moment."""
        self._carriers.prepare()

    def put(self, envelope: Packed) -> Drop | None:
        """Accepts the envelope, or says why not. Never waits for anything but the lock of a few list operations."""
        lane = self._lanes[envelope[2]]
        queue = lane.queue
        try:  # as ``with``, at half its time
            (lock := self._lock).acquire()
            number = 0 if self._closing else queue.put(envelope)
            # lane.is_full, in place: a call of ours costs each event.
            is_full = number >= lane.pace.count or queue.waiting_size >= lane.pace.size
            if number == 1 or (is_full and number and not lane.is_called):
                self._wake(lane, number == 1)
        finally:
            try:  # noqa: SIM105 - in place: no code of ours runs before it, in which a signal handler could raise
                lock.release()
            except RuntimeError:
                pass  # one has raised while the lock was waited for
        if not number:
            if self._closing:
                return self._put_late(lane, envelope)
            if (drop := self._squeeze(lane, envelope)) is not None:
                return drop
        if self._runner.worker is None:
            self._runner.start()
        if self.observers:
            self.notify("message_accepted", new(Envelope, envelope))
        return None

    def _squeeze(self, lane: Lane, envelope: Packed) -> Drop | None:
        """Takes the room of older messages where the settings say so."""
        with self._lock:
            if self._closing:
                return self._skip(CLOSED)
            evicted = lane.evict(envelope)
            number = lane.queue.put(envelope)
            if number == 1 or (number and lane.is_full and not lane.is_called):
                self._wake(lane, number == 1)
            elif not number:
                self.room.refuse()
                self._skip(QUEUE_FULL)
        if evicted:
            self._telling.lost(QUEUE_FULL, evicted, Outcome(Verdict.REFUSE, QUEUE_FULL.detail))
        return None if number else QUEUE_FULL

    def _put_late(self, lane: Lane, envelope: Packed) -> Drop | None:
        """Deliver a message of a late exit handler on its own thread, the only one that is sure to go on."""
        began = self._clock()
        with self._lock:
            is_late = self._late_thread == threading.get_ident() and self._patience > 0
            if not is_late or not lane.queue.put(envelope):
                return self._skip(CLOSED)
            lane.hurry()
        if self.observers:
            self.notify("message_accepted", new(Envelope, envelope))
        self._run_here(began + self._patience)
        self._carriers.tell("close")  # after each message, as it may be the last one
        self._patience -= self._clock() - began
        self._give_up()
        return None

    def skipped(self, drop: Drop) -> None:
        """Counts a message that was never accepted."""
        with self._lock:
            self._skip(drop)

    def marked(self, number: int) -> None:
        """Counts values that no JSON has and that left as markers."""
        with self._lock:
            self._skipped.marked += number

    def forget(self, keys: Set[str]) -> int:
        """Drops what waits of these visitors (user keys), counted as ``no_consent``; returns how many messages.

        A request in flight is not called back. The whole queue is walked under the lock: 10,000 messages take about a
        millisecond, in which other calls wait.
        """
        with self._lock:
            losses = [loss for lane in self._lanes.values() for loss in lane.forget(keys).losses]
            self._changed.notify_all()
        for drop, envelopes in losses:
            self._telling.lost(drop, envelopes, Outcome(Verdict.REFUSE, drop.detail))
        return sum(len(envelopes) for drop, envelopes in losses if drop is FORGOTTEN)

    def flush(self, timeout: float | None = None) -> bool:
        """Waits until everything accepted so far is settled; False when ``timeout`` seconds were not enough.

        On the worker's own thread (an observer's call) it does not wait: the worker goes on when the observer returns.
        """
        deadline = self._clock() + seconds(FAR if timeout is None else timeout)
        with self._lock:
            targets = [(lane, lane.queue.total) for lane in self._lanes.values()]
            for lane, total in targets:
                lane.urgent = max(lane.urgent, total)
            self._changed.notify_all()
        self._work(lambda: all(lane.reached >= total and not lane.telling for lane, total in targets), deadline)
        with self._lock:
            return all(lane.reached >= total for lane, total in targets)

    def close(self, timeout: float | None = None) -> bool:
        """Delivers what is queued within ``timeout`` seconds (default: ``exit_timeout``), counts what is left as
        dropped and stops the thread. True when nothing was left. Later puts are refused.

        On the worker's own thread (an observer's call) it does not wait: the worker delivers the rest.
        """
        deadline = self._clock() + seconds(self.exit_timeout if timeout is None else timeout)
        with self._lock:
            if self._closed:
                return self.room.count == 0
            self._closing = True
        self.hurry()
        if self._runner.is_inside:
            return self.room.count == 0
        self._work(lambda: self._is_done(deadline), deadline)
        return not self._end()

    def finish(self, timeout: float) -> None:
        """Close at the end of the process, and let later exit handlers of this thread deliver within the same time."""
        began = self._clock()
        if not self._closed:
            self.close(timeout)
            self._late_thread, self._patience = threading.get_ident(), timeout - (self._clock() - began)

    def hurry(self) -> None:
        """Nothing waits for company or for a wait of our own any more: the process ends."""
        with self._lock:
            for lane in self._lanes.values():
                lane.hurry()
            self._changed.notify_all()

    def stats(self) -> Stats:
        """The books at this moment."""
        with self._lock:
            now, wall = self._clock(), datetime.now(UTC)
            sources = {alias: lane.stats(now, wall) for alias, lane in self._lanes.items()}
            died = DIED if self._runner.has_died else None
            return summed(
                self._skipped, sources, queue_share=self.room.share, halted=CLOSED.detail if self._closing else died
            )

    def _wake(self, lane: Lane, was_empty: bool) -> None:
        """The worker is woken when a queue turns non-empty and when a batch is full; a signal for each put would make
        puts three times slower."""
        if was_empty:
            lane.since = self._clock()
        lane.is_called = lane.is_full
        self._changed.notify_all()

    def _begin_here(self) -> None:
        self._carriers.try_to_prepare()
        lifetime.begun(self)

    def _make_worker(self) -> Worker:
        lanes = tuple(self._lanes.values())
        return Worker(
            lanes, self._changed, clock=self._clock, carry=self._carriers.carry, book=self._book, ended=self._ended
        )

    def _ended(self, worker: Worker) -> None:
        self._runner.leave(worker)
        if worker.is_stopped:
            self._carriers.tell("close")

    def _work(self, is_over: Callable[[], bool], deadline: float) -> None:
        """Have the worker work until ``is_over()`` or ``deadline``; on the calling thread if no other is to be had."""
        if not self._runner.work(is_over, deadline):
            self._run_here(deadline if deadline < FAR else self._clock() + self.exit_timeout)

    def _run_here(self, deadline: float) -> None:
        self._carriers.try_to_prepare()
        self._carriers.tell("end_by", deadline)
        try:
            self._runner.run_here(deadline)
        finally:
            self._carriers.tell("end_by", FAR)

    def _contains(self, error: BaseException) -> bool:
        worker = self._runner.worker
        return isinstance(error, Exception) or (worker is not None and worker.contains(error))

    def _book(self, lane: Lane, trip: InFlightBatch, outcome: Outcome) -> Callable[[], None]:
        """Records an outcome under the lock; returns what is to be told without it."""
        batch = trip.batch
        if lane.travelling is not trip:
            return lambda: None  # given up meanwhile: the process is ending
        settled = lane.arrived(trip, outcome, self._clock())
        return lambda: self._telling.settled(batch, outcome, settled)

    def _is_done(self, deadline: float) -> bool:
        now = self._clock()
        return all(lane.is_done(now, deadline) for lane in self._lanes.values())

    def _end(self) -> list[Envelope]:
        with self._lock:
            # A request that hangs is abandoned, not waited for.
            in_flight = any(lane.travelling is not None for lane in self._lanes.values())
            worker, self._closed = self._runner.worker, True
            if worker is not None:
                worker.stop()
        if worker is None:
            self._carriers.tell("close")
        elif not in_flight:
            worker.join(self.exit_timeout)
        return self._give_up()

    def _give_up(self) -> list[Envelope]:
        with self._lock:
            left = list(chain.from_iterable(lane.give_up(LEFT) for lane in self._lanes.values()))
        if left:
            self._telling.lost(LEFT, left, Outcome(Verdict.REFUSE, LEFT.detail))
        return left

    def _skip(self, drop: Drop) -> Drop:
        self._skipped.dropped[drop.reason] += 1
        return drop
