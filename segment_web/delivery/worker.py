"""The one worker of a process: it waits until a batch is due, has it carried, and books the outcome."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from segment_web.delivery.in_flight import InFlightBatch
from segment_web.delivery.lane import FAR, Lane
from segment_web.logs import internal_error
from segment_web.messages.outcome import Outcome, Verdict

NAME = "segment_web"
LONGEST_WAIT = 86_400.0  # seconds; the threads of Windows cannot wait for more than 49 days


class Worker:
    """Runs trips until it is stopped, on a thread of its own or on the calling one.

    ``carry`` makes one trip (slow, without the lock), ``book`` records its outcome (with it), ``ended`` is called with
    the worker after its last step; ``changed`` is the condition that guards the lanes and that all waiting happens on.
    """

    def __init__(
        self,
        lanes: tuple[Lane, ...],
        changed: threading.Condition,
        *,
        clock: Callable[[], float],
        carry: Callable[[InFlightBatch], Outcome],
        book: Callable[[Lane, InFlightBatch, Outcome], Callable[[], None]],
        ended: Callable[[Worker], None],
    ) -> None:
        self._lanes = lanes
        self._changed = changed
        self._clock = clock
        self._carry = carry
        self._book = book
        self._ended = ended
        self._last = lanes[-1]
        self._thread: threading.Thread | None = None
        self.is_stopped = False
        self.has_own_thread = False

    def start(self) -> bool:
        """Starts the thread; False when none is to be had: the interpreter is ending, or a limit is reached."""
        thread = threading.Thread(target=self._run, name=NAME, daemon=True)
        self._thread, self.has_own_thread = thread, True
        try:
            thread.start()
        except RuntimeError:
            self._thread = None
            return False
        return True

    @property
    def is_current(self) -> bool:
        """Whether the calling thread is the one that works: it cannot wait for the worker."""
        return self._thread is threading.current_thread()

    def stop(self) -> None:
        """The thread ends after its present trip; the caller holds the lock."""
        self.is_stopped = True
        self._changed.notify_all()

    def join(self, timeout: float) -> None:
        """Waits for the thread's end, unless this is the thread or the worker has none of its own."""
        if self._thread is not None and self.has_own_thread and not self.is_current:
            self._thread.join(timeout)

    def run_until(self, deadline: float) -> None:
        """Makes every trip that is due before ``deadline`` on the calling thread, when no thread can start."""
        self._thread = threading.current_thread()
        try:
            while self._clock() < deadline and self._step(deadline):
                pass
        finally:
            self._ended(self)

    def contains(self, error: BaseException) -> bool:
        """Return whether an error of the application's code ends here.

        On the worker's own thread every error ends here. On another thread an exception such as KeyboardInterrupt is
        for the application: a signal handler may have raised it.
        """
        return isinstance(error, Exception) or (self.has_own_thread and self.is_current)

    @property
    def has_left_a_trip(self) -> bool:
        """Whether a trip is under way in the books."""
        return any(lane.travelling is not None for lane in self._lanes)

    def recover(self) -> None:
        """Put back the trip that an error interrupted."""
        with self._changed:
            now = self._clock()
            for lane in self._lanes:
                lane.recover(now)
            self._changed.notify_all()

    def _run(self) -> None:
        try:
            while self._step(FAR):
                pass
        finally:
            self._ended(self)

    def _step(self, deadline: float) -> bool:
        """Make the next trip; False if there is none before ``deadline``."""
        try:
            found = self._take_one(deadline)
            if found is not None:
                self._make(*found)
        except BaseException as error:
            self.recover()  # first, as to log an error of memory may fail
            if isinstance(error, Exception) or self.has_own_thread:
                internal_error("delivery", error)
            if isinstance(error, Exception):
                return True
            raise
        return found is not None

    def _take_one(self, deadline: float) -> tuple[Lane, InFlightBatch] | None:
        """The next trip; waits for it, without waking up while there is nothing to wait for."""
        with self._changed:
            while not self.is_stopped:
                now = self._clock()
                for lane in self._in_turn():
                    if trip := lane.next_trip(now):
                        self._last = lane
                        return lane, trip
                next_time = min(lane.next_time(now) for lane in self._lanes)
                if deadline < FAR and next_time >= deadline:
                    return None
                self._changed.wait(None if next_time == FAR else max(0.0, min(LONGEST_WAIT, next_time - now)))
        return None

    def _in_turn(self) -> tuple[Lane, ...]:
        """The lanes, the one that was served last at the end: a busy source must not starve the others."""
        turn = self._lanes.index(self._last) + 1
        return self._lanes[turn:] + self._lanes[:turn]

    def _make(self, lane: Lane, trip: InFlightBatch) -> None:
        time.sleep(0)  # to take a batch was a third of a millisecond in which no other thread ran: they go first
        try:
            outcome = self._carry(trip)
        except BaseException as error:
            if not self.contains(error):
                raise
            internal_error("transport", error)  # a broken transport is retried like a broken network
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
