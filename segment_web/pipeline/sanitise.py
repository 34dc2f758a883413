"""Total JSON encoding: any Python object in, strict JSON in valid UTF-8 out, never an exception.

Plain data goes straight through orjson. Everything else, and what orjson refuses (keys that are no text, lone
surrogates, integers over 64 bits, cycles), is first made plain by ``jsonable.Walk``, at about ten times the cost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import partial
from gc import get_referents, is_tracked
from typing import Any, Final, NamedTuple
from uuid import UUID, SafeUUID
from zoneinfo import ZoneInfo

import orjson

from segment_web.pipeline.jsonable import TOO_DEEP, JsonWalk, binary, decimal, in_order, moment

_OPTIONS: Final = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
# A copy of the first part without the spare room orjson leaves behind its text (4.1 kB are kept for 1.1 kB): joining it
# with nothing is the cheapest, because a slice of everything, or one part alone, copies nothing.
_exact: Final = b"".join
_BOXES: Final = frozenset({dict, list, tuple, set, frozenset})
# A UUID refers to a SafeUUID and to its class, which has the type ``type``; the class of an Enum has not.
_only_harmless: Final = (_BOXES | {UUID, SafeUUID, type}).issuperset
# Keys and values; more than a 32 KiB event sensibly holds. Larger data takes the walk, which bounds its work.
_MAX_PLAIN: Final = 10_000
# Containers that are read at once: if all of them are one huge container, the list of referents still fits in memory.
_SLICE: Final = 32
# No zone of the IANA database has had an offset with seconds since 1972 (Liberia); orjson rounds those.
_LAST_ODD_OFFSET: Final = 1972


class Encoded(NamedTuple):
    """JSON at its exact size, and how many values in it a marker such as ``"[shop.models.Order]"`` stands for."""

    body: bytes
    marked: int


class Encoder:
    """Encodes with one project's zone; may be shared by threads.

    ``zone`` is called for each naive datetime; when it raises, UTC is taken (the default).
    """

    __slots__ = ("_default", "_zone")

    def __init__(self, zone: Callable[[], tzinfo] = lambda: UTC) -> None:
        self._zone = zone
        self._default = partial(_simplify, zone)

    def encode(self, value: object) -> Encoded:
        """The value as strict JSON. Never raises an ``Exception``; interrupts (``BaseException``) pass."""
        body = self.straight(value, value)
        return self.walked(value) if body is None else Encoded(_exact((body, b"")), 0)

    def straight(self, value: object, foreign: object) -> bytes | None:
        """The JSON of plain data, in which nothing is marked; None for all else, which has to be walked.

        ``foreign`` is the part of ``value`` that need not be plain: all of it, one container in it, or None.
        """
        try:
            kind = type(foreign)
            if foreign is None or ((kind is dict or kind in _BOXES) and _is_modest(foreign)):
                return orjson.dumps(value, self._default, _OPTIONS)
        except Exception as error:  # noqa: BLE001 - whatever it was, the walk is total
            _let_interrupts_pass(error)
        return None

    def walked(self, value: object) -> Encoded:
        """The JSON of anything, at about ten times the cost."""
        try:
            walk = JsonWalk(self._zone)
            return Encoded(_exact((orjson.dumps(walk.plain(value)), b"")), walk.marked)
        except Exception:  # noqa: BLE001 - only a host that left no stack or memory at all comes here
            return Encoded(f'"{TOO_DEEP}"'.encode(), 1)


def encode(value: object, *, zone: tzinfo | None = None) -> bytes:
    """Any object as strict JSON; naive datetimes are taken in ``zone`` (UTC when ``None``)."""
    return Encoder(lambda: zone or UTC).encode(value).body


def _simplify(naive: Callable[[], tzinfo], value: Any) -> object:
    """orjson's ``default``. It runs nobody's code but the zone's, so nothing changes under orjson's hands.

    A moment is written by orjson where orjson is right, at a third of isoformat's time; a foreign zone is walked.
    """
    if type(value) is not datetime:
        return _SIMPLER[type(value)](value)
    if value.tzinfo is None:
        value = value.replace(tzinfo=naive())
    zone = value.tzinfo
    if zone is UTC or (type(zone) is ZoneInfo and value.year > _LAST_ODD_OFFSET):
        return orjson.Fragment(orjson.dumps(value, None, orjson.OPT_UTC_Z))
    if type(zone) is timezone:
        return moment(value, naive)
    raise TypeError


def _is_modest(box: Any) -> bool:
    """Return True if ``box``, a builtin container, is a small tree that orjson can be trusted with.

    orjson would loop for hours in containers that share others (a "billion laughs"), and crash the process on an
    ``Enum`` whose ``value`` raises. ``get_referents`` reads a level of the tree at the speed of C and runs no code of
    it: text and numbers have no referents, containers have their keys and members, an instance has its class. So the
    lowest level needs no check, and the first one, of which only the referents are read, shows its classes.
    """
    room = _MAX_PLAIN - len(box)
    if room < 0:
        return False
    members = box.values() if type(box) is dict else box
    level = get_referents(*members) if len(box) <= _SLICE else _referents([*members], room)
    while level:
        room -= len(level)
        if room < 0:
            return False
        below = get_referents(*level) if len(level) <= _SLICE else _referents(level, room)
        if not below:
            break
        for member in level:
            if type(member) not in _BOXES:
                if not _only_harmless(map(type, filter(is_tracked, level))):
                    return False
                below = _referents([member for member in level if type(member) in _BOXES], room)
                break
        level = below
    return True


def _referents(level: Sequence[object], room: int) -> list[object]:
    """Return the referents of every member of ``level``; stop soon after there are more than ``room``."""
    if len(level) <= _SLICE:
        return get_referents(*level)
    found: list[object] = []
    for start in range(0, len(level), _SLICE):
        found += get_referents(*level[start : start + _SLICE])
        if len(found) > room:
            break
    return found


def _let_interrupts_pass(error: Exception) -> None:
    """orjson turns everything its ``default`` raises into a TypeError, an interrupt that arrives there included."""
    if error.__cause__ is not None and not isinstance(error.__cause__, Exception):
        raise error.__cause__


def _naive_time(value: time) -> str:
    if value.tzinfo is not None:
        raise TypeError
    return value.isoformat()


_SIMPLER: Final[dict[type, Callable[[Any], object]]] = {
    date: date.isoformat,
    time: _naive_time,
    timedelta: timedelta.total_seconds,
    Decimal: decimal,
    bytes: binary,
    bytearray: binary,
    set: lambda value: in_order(list(value)),
    frozenset: lambda value: in_order(list(value)),
}
