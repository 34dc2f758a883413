"""The time that a caller gives a message, in the form of Segment's documentation: UTC with milliseconds and ``Z``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from functools import lru_cache

import orjson

from segment_web.pipeline.jsonable import moment

LONGEST = 64  # characters; ISO 8601 with everything has 42
REMEMBERED = 256  # texts; many messages of an import have the same
SEPARATORS = frozenset("Tt ")  # between date and time; RFC 3339 permits a blank


def written(value: object, zone: Callable[[], tzinfo]) -> str | None:
    """Return the moment that ``value`` (a datetime or ISO-8601 text) names, or None if it names none.

    A value without an offset is taken in ``zone()``. A date without a time of day is not a moment.
    """
    found = value if isinstance(value, datetime) else _read(value)
    if found is None:
        return None
    try:
        return _text(found if type(found) is datetime and found.tzinfo is UTC else _in_utc(found, zone))
    except OverflowError:  # the offset moves it out of the calendar
        return None


def _in_utc(value: datetime, zone: Callable[[], tzinfo]) -> datetime:
    return datetime.fromisoformat(moment(value, zone)).astimezone(UTC)


def _text(utc: datetime) -> str:
    body = orjson.dumps(utc).decode()  # takes a quarter of isoformat's time
    return f"{body[1:24]}Z" if utc.microsecond else f"{body[1:20]}.000Z"


def _read(value: object) -> datetime | None:
    if not isinstance(value, str) or len(value) > LONGEST:
        return None
    return _parsed(str.__str__(value))


@lru_cache(maxsize=REMEMBERED)
def _parsed(text: str) -> datetime | None:
    if SEPARATORS.isdisjoint(text):
        return None
    try:
        return datetime.fromisoformat(text.upper())  # RFC 3339 permits a lower-case z, too
    except ValueError:
        return None
