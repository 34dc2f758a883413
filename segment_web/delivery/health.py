"""Whether delivery is well, told from the books in words and figures that a monitor can be given."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Final, NamedTuple, TypedDict

from segment_web.delivery.books import SourceStats, Stats
from segment_web.messages.reasons import NO_KEY, Drop, DropReason

LATE: Final = 60.0  # seconds
STUCK: Final = 300.0  # seconds; what is queued for longer is worth waking somebody up
FULL: Final = 0.8  # of the queue
NO_ROOM: Final = 0.99  # of the queue; where it is full by bytes, a remainder is left that no message fits into


class HealthStatus(StrEnum):
    """``ok``; ``degraded``: events wait and will be delivered; ``failing``: they do not arrive, or are about to be
    lost."""

    OK = "ok"
    DEGRADED = "degraded"
    FAILING = "failing"


class HealthLimits(TypedDict, total=False):
    """``late`` and ``stuck``: seconds a message may be queued, beyond ``flush_interval``, or the server refuse; ``full``:
    the share of the queue that may be used."""

    late: float
    stuck: float
    full: float


class Reason(NamedTuple):
    """One thing that is not well: its stable ``name``, how bad it is, a sentence, and the source (None: all)."""

    name: str
    status: HealthStatus
    detail: str
    source: str | None = None


class Health(NamedTuple):
    """How delivery fares in this process: everything that is not well, and the books it was told from."""

    reasons: tuple[Reason, ...]
    stats: Stats

    @property
    def status(self) -> HealthStatus:
        """That of the worst reason."""
        found = {reason.status for reason in self.reasons}
        return next(
            (status for status in (HealthStatus.FAILING, HealthStatus.DEGRADED) if status in found), HealthStatus.OK
        )

    def as_json(self) -> dict[str, Any]:
        """For a page that anybody may read: status, reasons and figures, and no text that another program wrote, so
        without ``last_error``."""
        stats = self.stats
        return {
            "status": self.status,
            "reasons": [reason._asdict() for reason in self.reasons],
            "accepted": stats.accepted,
            "delivered": stats.delivered,
            "lost": stats.lost,
            "pending": stats.pending,
            "queue_share": round(stats.queue_share, 4),
            "oldest_pending_seconds": round(stats.oldest_pending_seconds, 1),
            "failing_seconds": round(stats.failing_seconds, 1),
            "paused_until": stats.paused_until,
        }


def health_of(
    stats: Stats,
    *,
    interval: float = 0.0,
    silence: Drop | None = None,
    late: float = LATE,
    stuck: float = STUCK,
    full: float = FULL,
) -> Health:
    """What the books say.

    ``degraded``: a source fails or is paused, a message has been queued for ``late`` seconds beyond ``interval``, the queue
    is used to the share ``full``, or there is no write key. ``failing``: messages are queued and a source has failed, or
    one of them waited, for ``stuck`` seconds; the queue is full; the thread that delivers has died, or the client is
    closed. A client that has said nothing yet is well, and so is one that is switched off.
    """
    reasons = [*_whole(stats, silence, full)]
    for alias, source in stats.sources.items():
        reasons += _of_source(alias, source, interval, late, stuck)
    return Health(tuple(reasons), stats)


def _whole(stats: Stats, silence: Drop | None, full: float) -> Iterator[Reason]:
    if stats.halted is not None:
        yield Reason("halted", HealthStatus.FAILING, stats.halted)
    if silence is not None and silence.reason == DropReason.NOT_CONFIGURED:
        cause = "there is no write key: nothing is recorded" if silence == NO_KEY else silence.detail
        yield Reason("not_configured", HealthStatus.DEGRADED, cause)
    if stats.queue_share >= NO_ROOM:
        yield Reason("queue_full", HealthStatus.FAILING, "the queue is full: events are dropped")
    elif stats.queue_share >= full:
        yield Reason("queue_filling", HealthStatus.DEGRADED, f"the queue is full to {stats.queue_share:.0%}")


def _of_source(alias: str, source: SourceStats, interval: float, late: float, stuck: float) -> Iterator[Reason]:
    failing, waited = source.failing_seconds, source.oldest_pending_seconds - interval
    if failing > 0:
        status = HealthStatus.FAILING if failing >= stuck and source.pending else HealthStatus.DEGRADED
        yield Reason("undelivered", status, f"no delivery has succeeded for {failing:.0f} s", alias)
    elif source.paused_until is not None:
        detail = f"the server ordered a pause until {source.paused_until:%H:%M:%S} UTC"
        yield Reason("paused", HealthStatus.DEGRADED, detail, alias)
    if source.pending and waited >= late:
        status = HealthStatus.FAILING if waited >= stuck else HealthStatus.DEGRADED
        yield Reason("late", status, f"a message has been queued for {source.oldest_pending_seconds:.0f} s", alias)
