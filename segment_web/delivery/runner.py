"""The start of the one worker of a delivery, its replacement after an error, and every wait for it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from segment_web.delivery.lane import FAR
from segment_web.delivery.worker import LONGEST_WAIT, Worker
from segment_web.logs import internal_error


def seconds(timeout: float) -> float:
    """Return a caller's timeout as a time to wait: NaN and what is below zero are no time at all."""
    return timeout if timeout > 0 else 0.0


class Runner:
    """``begin`` prepares the process for its first delivery, on the thread that starts the worker."""

    def __init__(
        self,
        lock: threading.RLock,
        changed: threading.Condition,
        *,
        clock: Callable[[], float],
        begin: Callable[[], None],
        make_worker: Callable[[], Worker],
    ) -> None:
        self._lock = lock  # entered itself, not by way of the condition: a signal handler may raise in Python code
        self._changed = changed
        self._clock = clock
        self._begin = begin
        self._make_worker = make_worker
        self._starter: int | None = None  # the thread that starts the worker now
        self.worker: Worker | None = None  # a thread's, or the calling thread's while it delivers itself
        self.has_died = False  # the last worker ended by an error, and no other has started

    @property
    def is_inside(self) -> bool:
        """Whether the calling thread starts the worker or is the worker: it cannot wait for either."""
        return self._starter == threading.get_ident() or (self.worker is not None and self.worker.is_current)

    def start(self) -> None:
        """Start the worker's thread, unless there is one; if none is to be had, a later call tries again."""
        is_mine = False
        try:
            with self._lock:
                if self.worker is None and self._starter is None:
                    self._starter, is_mine = threading.get_ident(), True
            if is_mine:
                self._begin()
                self._start_thread()
        except Exception as error:  # noqa: BLE001 - the message is accepted, and the next one tries again
            internal_error("start", error)
        finally:
            if is_mine:
                self._starter = None
                with self._lock:
                    self._changed.notify_all()

    def work(self, is_over: Callable[[], bool], deadline: float) -> bool:
        """Have a worker work until ``is_over()`` or ``deadline``; False if no thread is to be had.

        A thread that is the worker itself, or that starts it, does not wait.
        """
        while not self.is_inside and self._clock() < deadline and not self._holds(is_over):
            self.start()
            self._wait(lambda: self._starter is None or is_over(), deadline)
            if self.worker is None and self._starter is None:
                return False
            self._wait(lambda: self.worker is None or is_over(), deadline)
        return True

    def run_here(self, deadline: float) -> None:
        """Deliver on the calling thread until ``deadline``, unless another thread delivers meanwhile."""
        worker = self._make_worker()
        try:
            with self._lock:
                if self.worker is None:
                    self.worker = worker
            if self.worker is worker:
                worker.run_until(deadline)
        finally:
            self.leave(worker)

    def leave(self, worker: Worker) -> None:
        """Make room for the next worker, and put back the trip that an error left with this one."""
        if self.worker is worker:
            self.worker = None
            self.has_died = worker.has_own_thread and not worker.is_stopped
            if worker.has_left_a_trip:
                worker.recover()
        with self._lock:
            self._changed.notify_all()

    def _start_thread(self) -> None:
        started = False
        worker = self._make_worker()
        try:
            with self._lock:
                self.worker, self.has_died = worker, False
            started = worker.start()
        finally:
            if not started:  # no thread is to be had, or a signal handler has raised: the next event tries again
                with self._lock:
                    worker.stop()
                    self.worker = None

    def _holds(self, is_over: Callable[[], bool]) -> bool:
        with self._lock:
            return is_over()

    def _wait(self, holds: Callable[[], bool], deadline: float) -> None:
        """Wait until something holds or the deadline has passed, in waits that a platform can make."""
        with self._lock:
            while not holds() and (left := deadline - self._clock()) > 0:
                self._changed.wait(None if left == FAR else min(left, LONGEST_WAIT))
