"""The one background thread of a process: it waits until a batch is due, has it carried, and books the outcome."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from segment_web.delivery.lane import FAR, Lane
from segment_web.delivery.trip import Trip
from segment_web.logs import internal_error
from segment_web.messages.outcome import Outcome, Verdict

NAME = "segment_web"


class Worker:
    """Runs trips until it is stopped.

    ``carry`` makes one trip (slow, without the lock), ``book`` records its outcome (with it), ``ended`` tidies up after
    the last; ``changed`` is the condition that guards the lanes and that all waiting happens on.
    """

    def __init__(
        self,
        lanes: tuple[Lane, ...],
        changed: threading.Condition,
        *,
        clock: Callable[[], float],
        carry: Callable[[Trip], Outcome],
        book: Callable[[Lane, Trip, Outcome], Callable[[], None]],
        ended: Callable[[], None],
    ) -> None:
        self._lanes = lanes
        self._changed = changed
        self._clock = clock
        self._carry = carry
        self._book = book
        self._ended = ended
        self._last = lanes[-1]
        self._stopped = False
        self.is_over = False  # the thread has ended: it was stopped, or something that is no Exception was raised
        self._thread: threading.Thread | None = None

    def start(self) -> bool:
        """Starts the thread; False when none is to be had: the interpreter is ending, or a limit is reached."""
        thread = threading.Thread(target=self._run, name=NAME, daemon=True)
        self._thread = thread
        try:
            thread.start()
        except RuntimeError:
            self._thread = None
            return False
        return True

    @property
    def is_alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def stop(self) -> None:
        """The thread ends after its present trip; the caller holds the lock."""
        self._stopped = True
        self._changed.notify_all()

    def join(self, timeout: float) -> None:
        """Waits for the thread's end, unless this is the thread."""
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def run_until(self, deadline: float) -> None:
        """Makes every trip that is due before ``deadline`` on the calling thread, when no thread can start."""
        while self._clock() < deadline and (found := self._take_one(deadline)):
            self._make(*found)

    def _run(self) -> None:
        try:
            while found := self._take_one(FAR):
                self._make(*found)
            self._ended()
        finally:
            self.is_over = True

    def _take_one(self, deadline: float) -> tuple[Lane, Trip] | None:
        """The next trip; waits for it, without waking up while there is nothing to wait for."""
        with self._changed:
            while not self._stopped:
                now = self._clock()
                for lane in self._in_turn():
                    if trip := lane.next_trip(now):
                        self._last = lane
                        return lane, trip
                next_time = min(lane.next_time(now) for lane in self._lanes)
                if deadline < FAR and next_time >= deadline:
                    return None
                self._changed.wait(None if next_time == FAR else max(0.0, next_time - now))
        return None

    def _in_turn(self) -> tuple[Lane, ...]:
        """The lanes, the one that was served last at the end: a busy source must not starve the others."""
        turn = self._lanes.index(self._last) + 1
        return self._lanes[turn:] + self._lanes[:turn]

    def _make(self, lane: Lane, trip: Trip) -> None:
        time.sleep(0)  # to take a batch was a third of a millisecond in which no other thread ran: they go first
        try:
            outcome = self._carry(trip)
        except Exception as error:  # noqa: BLE001 - a broken transport is retried like a broken network
            internal_error("transport", error)
            outcome = Outcome(Verdict.RETRY, type(error).__name__)
        with self._changed:
            tell = self._book(lane, trip, outcome)
            lane.telling = True
        try:
            tell()
        finally:
            with self._changed:
                lane.telling = False
                self._changed.notify_all()
