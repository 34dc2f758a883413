"""Log lines that stay few: one per kind and minute, with a count of what was left out, and no control characters."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

logger = logging.getLogger("segment_web")

INTERVAL = 60.0  # seconds between two lines of one kind
KINDS = 256  # kinds remembered; a flood of new ones must not grow memory
UNPRINTABLE = dict.fromkeys((*range(32), *range(127, 160), 8232, 8233), "�")
LINE = 500  # characters of foreign text in one line


@dataclass(slots=True)
class _Seen:
    at: float
    suppressed: int = 0


class RateLimited:
    """Passes a line of each kind to ``segment_web``'s logger at most once per INTERVAL."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[str, _Seen] = {}
        self._lock = threading.RLock()  # a signal handler that logs may interrupt its holder

    def __call__(self, level: int, kind: str, text: str, *, error: BaseException | None = None) -> None:
        """Logs ``text`` unless a line of this ``kind`` was written within the last minute.

        ``error`` adds the traceback of a mistake of our own; it is left out where its text could hold a visitor's data.
        """
        if not logger.isEnabledFor(level) or (suppressed := self._admit(kind)) is None:
            return
        more = f" ({suppressed} more like this were not logged)" if suppressed else ""
        logger.log(level, "%s%s", printable(text), more, exc_info=error)

    def is_due(self, kind: str) -> bool:
        """Whether a line of this kind would be written now; one that would not is counted. Cheap: it takes no lock."""
        seen = self._seen.get(kind)
        if seen is None or self._clock() - seen.at >= INTERVAL:
            return True
        seen.suppressed += 1
        return False

    def _admit(self, kind: str) -> int | None:
        now = self._clock()
        with self._lock:
            seen = self._seen.get(kind)
            if seen is not None and now - seen.at < INTERVAL:
                seen.suppressed += 1
                return None
            if seen is None and len(self._seen) >= KINDS:
                return None
            self._seen[kind] = _Seen(now)
            return seen.suppressed if seen else 0

    def forget(self) -> None:
        """Starts anew: in a forked child, whose lock may have been held by a thread that is not there any more."""
        self._lock = threading.RLock()
        self._seen.clear()


def printable(text: str) -> str:
    """``text`` without control characters and bounded: a log line cannot be forged by what a server or visitor sent."""
    return text[:LINE].translate(UNPRINTABLE)


log = RateLimited()


def internal_error(place: str, error: BaseException) -> None:
    """Says once per place and kind that segment_web itself failed; the host application goes on."""
    kind = type(error).__name__
    where = _innermost(error)
    log(
        logging.ERROR,
        f"internal:{place}:{kind}",
        f"segment_web failed in {place}: {kind} at {where}; nothing is broken but this event",
    )


def _innermost(error: BaseException) -> str:
    """File and line of the failure: enough to report it, without the values a message or traceback would show."""
    trace = error.__traceback__
    if trace is None:
        return "an unknown place"
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
