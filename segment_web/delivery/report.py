"""The books: what was accepted and what became of it, so that nothing is lost uncounted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """The counts of one client in this process since its start (a forked child starts at zero).

    At every quiet moment ``accepted == delivered + lost + pending``. ``dropped`` counts by reason every message that
    will not be delivered; ``skipped`` of them were never accepted (a bot, an invalid message, a full queue), ``lost``
    were accepted and then given up (refused by the server, or left at exit).
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
    paused_until: datetime | None
    last_error: str | None

    @property
    def lost(self) -> int:
        """Accepted messages that were given up, each counted in ``dropped`` under its reason."""
        return sum(self.dropped.values()) - self.skipped


@dataclass(slots=True)
class Books:
    """The running counts; whoever writes holds the delivery's lock."""

    accepted: int = 0
    delivered: int = 0
    retried: int = 0
    skipped: int = 0
    bytes_sent: int = 0
    marked: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    last_error: str | None = None
