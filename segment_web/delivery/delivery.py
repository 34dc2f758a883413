"""What the client hands envelopes to: bounded, fork-safe, drained at exit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence, Set
from datetime import UTC, datetime
from functools import partial
from itertools import chain

from segment_web import forks
from segment_web.delivery import life
from segment_web.delivery.lane import FAR, FORGOTTEN, Lane
from segment_web.delivery.queues.memory import Room
from segment_web.delivery.report import Skipped, Stats, summed
from segment_web.delivery.telling import Telling
from segment_web.delivery.transports.transport import Transport
from segment_web.delivery.trip import Trip
from segment_web.delivery.worker import Worker
from segment_web.logs import internal_error
from segment_web.messages.envelope import Envelope, Packed
from segment_web.messages.observer import Observer
from segment_web.messages.outcome import Outcome, Verdict
from segment_web.messages.reasons import QUEUE_FULL, Drop, DropReason

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
        make_room: Callable[[], Room],
        make_lanes: Callable[[Room], Mapping[str, Lane]],
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
        self._telling = Telling(self.observers)
        self.notify = self._telling.notify
        self._clock = clock
        self._closing = self._closed = False
        self._begin()
        life.born(self)

    def _begin(self) -> None:
        """The state of a process that has said nothing yet."""
        # Re-entrant: a signal handler that tracks or closes may interrupt the main thread inside. It is entered itself
        # and not by way of the condition, whose Python code an exception of such a handler could leave locked.
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self.room = self._make_room()  # whose ``is_full`` may be asked without the lock, before a message is built
        self._lanes = self._make_lanes(self.room)
        self._skipped = Skipped()
        self._transports: Mapping[str, Transport] | None = None
        self._worker: Worker | None = None
        self._starting = False

    def forked(self) -> None:
        """A child inherits no lock, queue, thread or connection; it begins anew, unless all was over before."""
        self._tell_transports("abandon")
        self._begin()

    def prepare(self) -> None:
        """Imports and builds what the first delivery needs, on the caller's thread: an import on the worker's would
        deadlock a process that forks at that moment."""
        with forks.loading:
            if self._transports is None:
                self._transports = self._make_transports()

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
        if not number and (drop := self._squeeze(lane, envelope)) is not None:
            return drop
        if self._worker is None:
            self._start()
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
        """Waits until everything accepted so far is settled; False when ``timeout`` seconds were not enough."""
        with self._lock:
            targets = [(lane, lane.queue.total) for lane in self._lanes.values()]
            for lane, total in targets:
                lane.urgent = max(lane.urgent, total)
            self._changed.notify_all()
            if self._worker is not None:
                return self._changed.wait_for(lambda: all(lane.has_settled(total) for lane, total in targets), timeout)
        return self._run_here(self.exit_timeout if timeout is None else timeout)

    def close(self, timeout: float | None = None) -> bool:
        """Delivers what is queued within ``timeout`` seconds (default: ``exit_timeout``), counts what is left as
        dropped and stops the thread. True when nothing was left. Later puts are refused."""
        timeout = self.exit_timeout if timeout is None else timeout
        with self._lock:
            if self._closed:
                return self.room.count == 0
            self._closing = True
        self._drain(timeout)
        return not self._end()

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
            died = DIED if self._worker is not None and self._worker.is_over else None
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

    def _start(self) -> None:
        if self._starting:  # another thread does it, or what a signal handler has interrupted
            return
        self._starting = True
        try:
            self.prepare()
            life.begun(self)
            self._start_worker()
        finally:
            self._starting = False

    def _start_worker(self) -> None:
        with self._lock:
            if self._worker is not None:
                return
            worker = self._worker = self._make_worker()
        started = False
        try:
            started = worker.start()
        finally:
            if not started:  # no thread is to be had, or a signal handler has raised: the next event tries again
                with self._lock:
                    worker.stop()
                    self._worker = None

    def _make_worker(self) -> Worker:
        lanes = tuple(self._lanes.values())
        ended = partial(self._tell_transports, "close")
        return Worker(lanes, self._changed, clock=self._clock, carry=self._carry, book=self._book, ended=ended)

    def _run_here(self, timeout: float) -> bool:
        """Delivers on the calling thread, because no other was to be had."""
        if self.room.count:
            self.prepare()
            deadline = self._clock() + timeout
            self._tell_transports("end_by", deadline)
            self._make_worker().run_until(deadline)
            self._tell_transports("end_by", FAR)
        return self.room.count == 0

    def _carry(self, trip: Trip) -> Outcome:
        assert self._transports is not None, "prepare() runs before the worker starts"
        return self._transports[trip.batch.source].deliver(trip.batch)

    def _book(self, lane: Lane, trip: Trip, outcome: Outcome) -> Callable[[], None]:
        """Records an outcome under the lock; returns what is to be told without it."""
        batch = trip.batch
        if lane.travelling is not trip:
            return lambda: None  # given up meanwhile: the process is ending
        settled = lane.arrived(trip, outcome, self._clock())
        return lambda: self._telling.settled(batch, outcome, settled)

    def _drain(self, timeout: float) -> None:
        deadline = self._clock() + timeout
        self.hurry()
        if self._worker is None and self.room.count:
            self._start()
        # Asked without the lock: gevent lets other greenlets run meanwhile, and one of them may want it.
        if self._worker is None or not self._worker.is_alive:
            self._run_here(timeout)
            return
        with self._lock:
            self._changed.wait_for(lambda: self._is_done(deadline), timeout)

    def _is_done(self, deadline: float) -> bool:
        now = self._clock()
        return all(lane.is_done(now, deadline) for lane in self._lanes.values())

    def _end(self) -> list[Envelope]:
        with self._lock:
            # A request that hangs is abandoned, not waited for.
            in_flight = any(lane.travelling is not None for lane in self._lanes.values())
            left = list(chain.from_iterable(lane.give_up(LEFT) for lane in self._lanes.values()))
            if self._worker is not None:
                self._worker.stop()
            self._closed = True
        if self._worker is None or not self._worker.is_alive:
            self._tell_transports("close")
        elif not in_flight:
            self._worker.join(self.exit_timeout)
        if left:
            self._telling.lost(LEFT, left, Outcome(Verdict.REFUSE, LEFT.detail))
        return left

    def _tell_transports(self, name: str, *arguments: object) -> None:
        """Calls this method of every transport that has it."""
        for transport in (self._transports or {}).values():
            try:
                if (method := getattr(transport, name, None)) is not None:
                    method(*arguments)
            except Exception as error:  # noqa: BLE001 - a broken transport keeps nothing from ending or beginning anew
                internal_error(f"transport.{name}()", error)

    def _skip(self, drop: Drop) -> Drop:
        self._skipped.dropped[drop.reason] += 1
        return drop
