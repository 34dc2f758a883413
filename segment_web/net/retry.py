"""Whether and when a batch is sent again: decisions as values, made from numbers that are handed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

RETRY_AFTER_CAP: Final = 300.0  # seconds; the longest pause a server may order, as in Segment's own libraries
WAIT_FLOOR: Final = 0.05  # seconds; full jitter may draw nearly zero, and a dead server must not be hammered
SAFETY_ATTEMPTS: Final = 20  # on top of max_retries: room for ordered waits, which are not counted as retries
_DOUBLINGS: Final = 64  # beyond any cap; keeps 2**n within a float when an outage lasts for thousands of tries


@dataclass(frozen=True, slots=True)
class Retry:
    """Send again after ``wait`` seconds; ``counted`` says whether it uses up a retry (an ordered wait does not)."""

    wait: float
    counted: bool


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Do not send again; ``reason`` is ``retries_off``, ``retries_spent``, ``attempts_spent``, ``budget_spent`` or
    ``ordered_budget_spent``."""

    reason: str


@dataclass(frozen=True, slots=True)
class Attempts:
    """What happened to one batch before the attempt in question; ``Attempts()`` is a batch never sent.

    ``sent``: attempts that have failed (the value of ``X-Retry-Count``, which is left out when 0); ``counted``: how
    many of the re-sends were counted; ``first_counted_at``, ``first_ordered_at``: monotonic seconds at which the first
    counted retry and the first ordered wait were decided, where each budget starts.
    """

    sent: int = 0
    counted: int = 0
    first_counted_at: float | None = None
    first_ordered_at: float | None = None

    def after(self, retry: Retry, *, now: float) -> Attempts:
        """The history once ``retry``, decided at ``now`` (monotonic seconds), is under way."""
        if retry.counted:
            return Attempts(self.sent + 1, self.counted + 1, _since(self.first_counted_at, now), self.first_ordered_at)
        return Attempts(self.sent + 1, self.counted, self.first_counted_at, _since(self.first_ordered_at, now))


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long a batch is worth trying.

    ``max_retries``: counted retries, None for as many as the budget holds, 0 for none at all, ordered waits included;
    ``budget``: seconds from the first counted failure, and again, apart, from the first ordered wait; ``base``,
    ``cap``: seconds of the exponential back-off. The times are those of Segment's newest server libraries.
    """

    max_retries: int | None = None
    budget: float = 43_200.0
    base: float = 0.5
    cap: float = 60.0

    def decide(
        self, history: Attempts, *, now: float, retry_after: float | None, jitter: Callable[[], float]
    ) -> Retry | GiveUp:
        """What to do after a failure.

        ``history`` excludes the attempt that has just failed, ``now`` is monotonic seconds, ``retry_after`` the wait the
        server ordered (:mod:`segment_web.net.retry_after`), ``jitter`` draws from [0, 1). A wait that does not fit in
        what is left of its budget ends the episode; it is never shortened.
        """
        if self.max_retries == 0:
            return GiveUp("retries_off")
        if self.max_retries is not None and history.sent + 1 >= self.max_retries + SAFETY_ATTEMPTS:
            return GiveUp("attempts_spent")
        if retry_after is not None:
            return self._ordered(history, now, retry_after)
        return self._counted(history, now, jitter)

    def backoff(self, failures: int, jitter: Callable[[], float]) -> float:
        """The wait after ``failures`` earlier ones, in seconds: exponential, full jitter, never quite zero."""
        return max(min(self.base * 2.0 ** min(failures, _DOUBLINGS), self.cap) * jitter(), WAIT_FLOOR)

    def _ordered(self, history: Attempts, now: float, retry_after: float) -> Retry | GiveUp:
        wait = ordered_wait(retry_after)
        if now + wait > _since(history.first_ordered_at, now) + self.budget:
            return GiveUp("ordered_budget_spent")
        return Retry(wait, counted=False)

    def _counted(self, history: Attempts, now: float, jitter: Callable[[], float]) -> Retry | GiveUp:
        if self.max_retries is not None and history.counted >= self.max_retries:
            return GiveUp("retries_spent")
        wait = self.backoff(history.counted, jitter)
        if now + wait > _since(history.first_counted_at, now) + self.budget:
            return GiveUp("budget_spent")
        return Retry(wait, counted=True)


def ordered_wait(retry_after: float) -> float:
    """The seconds to wait when a server orders ``retry_after``: capped, and never quite zero."""
    return max(min(retry_after, RETRY_AFTER_CAP), WAIT_FLOOR)


def _since(first: float | None, now: float) -> float:
    return now if first is None else first
