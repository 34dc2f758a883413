"""The wait that a server orders: ``Retry-After`` and Segment's ``X-RateLimit-Reset``, in seconds."""

from __future__ import annotations

import email.utils
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from segment_web.net.retry import RETRY_AFTER_CAP

_DIGITS: Final = 12  # more than any sane number of seconds, and safe from int()'s own limit


def parse_retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """The wait a server orders, in seconds, at most ``RETRY_AFTER_CAP``; None when it orders none that can be used.

    ``headers`` has lower-case names; ``now`` is the aware wall-clock time. ``Retry-After`` (RFC 9110, 10.2.3: whole
    seconds or a date) wins over Segment's ``X-RateLimit-Reset`` (seconds). Zero, negative, past and unreadable values
    count as absent: a tight loop helps nobody. A date is measured against the answer's own ``Date`` where there is one,
    so that a wrong clock on this machine changes no wait.
    """
    value = headers.get("retry-after", "").strip()
    wait = _seconds(value) or (_until(value, headers.get("date", ""), now) if value else None)
    wait = wait or _seconds(headers.get("x-ratelimit-reset", "").strip())
    return min(wait, RETRY_AFTER_CAP) if wait else None


def _seconds(value: str) -> float | None:
    if not (value.isascii() and value.isdigit()):
        return None
    digits = value.lstrip("0")
    return float(int(digits[:_DIGITS] or "0"))  # cut digits still leave a number far above the cap


def _until(value: str, sent: str, now: datetime) -> float | None:
    date = _date(value)
    wait = (date - (_date(sent) or now)).total_seconds() if date else 0.0
    return wait if wait > 0 else None


def _date(value: str) -> datetime | None:
    try:
        date = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):  # the parser is lenient, and total it is not
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)  # the older date forms carry no zone and mean GMT
