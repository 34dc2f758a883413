"""The time one request has in all, and the one hand that may end it early."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol


class Severable(Protocol):
    """Something a thread may be blocked on that another thread can wake."""

    def sever(self) -> None:
        """Makes the blocked call return at once; never raises, never blocks."""


class Deadline:
    """Counts down ``seconds`` from its making by ``clock`` (monotonic seconds); may be cancelled from any thread."""

    __slots__ = ("_clock", "_ends", "_watched", "cancelled")

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._ends = clock() + seconds
        self._watched: Severable | None = None
        self.cancelled = False

    def claim(self, stream: Severable, timeout: float | None) -> float:
        """Seconds that the next call on ``stream`` may block: what is left, at most ``timeout``.

        Raises TimeoutError when nothing is left. From now on ``cancel`` severs ``stream``.
        """
        self._watched = stream  # before the flag is read: a cancel in between then finds the stream
        left = 0.0 if self.cancelled else self._ends - self._clock()
        if left <= 0:
            raise TimeoutError("the request's time is over")
        return left if timeout is None else min(left, timeout)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leaves what happens inside out of the count (name resolution, which no timeout can bound)."""
        began = self._clock()
        try:
            yield
        finally:
            self._ends += self._clock() - began

    def cancel(self) -> None:
        """Lets the request end now: no further call may block, and the one that does is woken."""
        self.cancelled = True
        if self._watched is not None:
            self._watched.sever()


# httpcore has no place for a deadline of the whole request in the calls it makes on a stream. All of them happen in the
# caller's context, and contexts are apart for threads and greenlets alike.
current_deadline: ContextVar[Deadline] = ContextVar("segment_web.net.deadline")
