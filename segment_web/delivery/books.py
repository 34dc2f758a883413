"""The books: what was accepted and what became of it, so that nothing is lost uncounted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from segment_web.messages.outcome import Outcome, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStats:
    """The part of one source in :class:`Stats`, under its alias."""

    accepted: int
    delivered: int
    retried: int
    dropped: Mapping[str, int]
    pending: int
    bytes_sent: int
    oldest_pending_seconds: float
    failing_seconds: float
    paused_until: datetime | None
    last_error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """The counts of one client in this process since its start (a forked child starts at zero).

    At every quiet moment ``accepted == delivered + lost + pending``. ``dropped`` counts by reason every message that
    will not be delivered; ``skipped`` of them were never accepted (a bot, an invalid message, a full queue), ``lost``
    were accepted and then given up (refused by the server, or left at exit). ``marked`` values had no JSON form and left
    as a marker. ``failing_seconds`` have passed since the first of the attempts that failed in a row, 0 when the last was
    taken. ``queue_share`` is how full the queue is, by number or by bytes (1.0: full). ``halted`` says why nothing is
    delivered any more, None while it is. ``paused_until`` and ``last_error`` are the latest of any source's; ``sources``
    has each.
    """

    accepted: int
    delivered: int
    retried: int
    dropped: Mapping[str, int]
    skipped: int
    pending: int
    bytes_sent: int
    marked: int
    oldest_pending_seconds: float
    failing_seconds: float
    queue_share: float
    halted: str | None
    paused_until: datetime | None
    last_error: str | None
    sources: Mapping[str, SourceStats]

    @property
    def lost(self) -> int:
        """Accepted messages that were given up, each counted in ``dropped`` under its reason."""
        return sum(self.dropped.values()) - self.skipped


@dataclass(slots=True)
class Books:
    """The running counts of one source; whoever writes holds the delivery's lock."""

    delivered: int = 0
    retried: int = 0
    bytes_sent: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    last_error: str | None = None
    failing_since: float | None = None

    def note(self, outcome: Outcome, retried: int, now: float) -> None:
        """Note the outcome of an attempt; a batch with one wrong message (SPLIT) does not mean that the server fails."""
        self.retried += retried
        self.bytes_sent += outcome.bytes_sent
        if outcome.verdict is not Verdict.DELIVERED or outcome.refused:
            self.last_error = f"{outcome.detail}: {outcome.cure}" if outcome.cure else outcome.detail
        if outcome.verdict is Verdict.DELIVERED:
            self.failing_since = None
        elif outcome.verdict is not Verdict.SPLIT and self.failing_since is None:
            self.failing_since = now

    def shown(
        self, *, now: float, accepted: int, pending: int, oldest: float, paused_until: datetime | None
    ) -> SourceStats:
        """Return the counts of this moment; the oldest pending message came at ``oldest``."""
        return SourceStats(
            accepted=accepted,
            delivered=self.delivered,
            retried=self.retried,
            dropped=dict(self.dropped),
            pending=pending,
            bytes_sent=self.bytes_sent,
            oldest_pending_seconds=max(0.0, now - oldest),
            failing_seconds=self.failing_for(now),
            paused_until=paused_until,
            last_error=self.last_error,
        )

    def failing_for(self, now: float) -> float:
        """Seconds since the first failure in a row."""
        return 0.0 if self.failing_since is None else max(0.0, now - self.failing_since)


@dataclass(slots=True)
class Skipped:
    """What was never accepted, by reason, and values that left as markers."""

    dropped: Counter[str] = field(default_factory=Counter)
    marked: int = 0


def summed(skipped: Skipped, sources: Mapping[str, SourceStats], *, queue_share: float, halted: str | None) -> Stats:
    """All sources in one."""
    parts = sources.values()
    dropped = sum((Counter(part.dropped) for part in parts), Counter(skipped.dropped))
    return Stats(
        accepted=sum(part.accepted for part in parts),
        delivered=sum(part.delivered for part in parts),
        retried=sum(part.retried for part in parts),
        dropped=dict(dropped),
        skipped=skipped.dropped.total(),
        pending=sum(part.pending for part in parts),
        bytes_sent=sum(part.bytes_sent for part in parts),
        marked=skipped.marked,
        oldest_pending_seconds=max(part.oldest_pending_seconds for part in parts),
        failing_seconds=max(part.failing_seconds for part in parts),
        queue_share=queue_share,
        halted=halted,
        paused_until=max((part.paused_until for part in parts if part.paused_until), default=None),
        last_error=next((part.last_error for part in parts if part.last_error), None),
        sources=sources,
    )
