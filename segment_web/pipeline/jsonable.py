"""The total sanitiser: turns any Python object into plain data that JSON can hold, in bounded time and without raising.

Every type has one fixed rule, found by its real class (``type(value)``, because ``value.__class__`` evaluates lazy
objects) or by the first base class that has a rule. What has no rule becomes a marker that names the type: no unknown
object's ``repr``, ``str`` or iteration runs, so no query is made and nothing private is written.
"""

from __future__ import annotations

import base64
import json
import re
from collections import ChainMap, deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import fields
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from itertools import islice
from pathlib import PurePath
from types import MappingProxyType
from typing import Any, Final, TypeVar
from uuid import UUID

import orjson

CYCLE: Final = "[cycle]"
TOO_DEEP: Final = "[too deep]"
TOO_LARGE: Final = "[too large]"

# Deeper than any event that means something; at five frames a level it fits in what a host leaves of Python's 1,000.
MAX_DEPTH: Final = 64
# One container may take half of what is left: 16,384 values, which is what fits in Segment's 32 KiB at two bytes each.
MAX_VALUES: Final = 32_768
# What needs more than a look in the table of leaves takes as long as five plain values, and rarely less than five bytes.
BRANCH_COST: Final = 4
# 617 digits: below 640, the least that Python's guard against slow int-to-text conversion can be set to.
MAX_INT_BITS: Final = 2_048
MAX_TYPE_NAME: Final = 120

# Read from ``type`` itself: a metaclass may answer these names with code of its own.
_type_mro: Callable[[type], tuple[type, ...]] = type.__dict__["__mro__"].__get__
_type_module: Callable[[type], object] = type.__dict__["__module__"].__get__
_type_qualname: Callable[[type], str] = type.__dict__["__qualname__"].__get__
_type_namespace: Callable[[type], Mapping[str, object]] = type.__dict__["__dict__"].__get__

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_MINUTE: Final = timedelta(minutes=1)
_Member = TypeVar("_Member")


class JsonWalk:
    """One walk through one object.

    ``zone`` gives the time zone of naive datetimes (UTC when it raises); ``marked`` counts the markers written.
    """

    __slots__ = ("_inside", "_left", "_zone", "marked")

    def __init__(self, zone: Callable[[], tzinfo]) -> None:
        self.marked = 0
        self._zone = zone
        self._left = MAX_VALUES
        self._inside: set[int] = set()

    def plain(self, value: object, depth: int = 0) -> object:
        """The value as dicts with text keys, lists, text, numbers, booleans, None and untouched ``orjson.Fragment``.

        Never raises an ``Exception``; what only derives from ``BaseException`` (an interrupt) passes.
        """
        kind = type(value)
        try:
            leaf = LEAVES.get(kind)
            return self._branch(value, kind, depth) if leaf is None else leaf(value)
        except _TooLargeError:
            return self._mark(TOO_LARGE)
        except RecursionError:
            return self._mark(TOO_DEEP)
        except Exception:  # noqa: BLE001 - the value's own code may raise anything
            return self._mark(type_marker(kind))

    def _branch(self, value: object, kind: type, depth: int) -> object:
        if depth >= MAX_DEPTH:
            return self._mark(TOO_DEEP)
        if id(value) in self._inside:
            return self._mark(CYCLE)
        self._left -= BRANCH_COST
        if self._left <= 0:
            raise _TooLargeError
        self._inside.add(id(value))
        try:
            return self._by_family(value, kind, depth + 1)
        finally:
            self._inside.discard(id(value))

    def _by_family(self, value: Any, kind: type, depth: int) -> object:
        for base in _type_mro(kind):
            if base in OBJECTS:
                return self._object(OBJECTS[base](value), depth)
            if base in LISTS:
                return self._list(LISTS[base](value), depth)
            if base in LEAVES:
                return LEAVES[base](value)
            if base is datetime:
                return moment(value, self._zone)
            if base is set or base is frozenset:
                return in_order(self._list(base.__iter__(value), depth))
            if base is ChainMap:
                return self._chained(value, depth)
            if "__dataclass_fields__" in _type_namespace(base):
                return self._object(_dataclass_pairs(value), depth)
            if rule := WRAPPERS.get((_type_module(base), _type_qualname(base))):
                return self.plain(rule(value), depth)
        return self._mark(type_marker(kind))

    def _object(self, pairs: Iterable[tuple[object, object]], depth: int) -> dict[str, object]:
        plain, name = self.plain, self._key
        return {
            text(key) if type(key) is str else name(key, depth): plain(item, depth) for key, item in self._read(pairs)
        }

    def _list(self, items: Iterable[object], depth: int) -> list[object]:
        plain = self.plain
        return [plain(item, depth) for item in self._read(items)]

    def _chained(self, value: ChainMap[object, object], depth: int) -> dict[str, object]:
        """Map by map, the first one wins: looking keys up in the chain would fill in a defaultdict."""
        parts = [self.plain(part, depth) for part in self._read(reversed(value.maps))]
        return {key: item for part in parts if isinstance(part, dict) for key, item in part.items()}

    def _read(self, items: Iterable[_Member]) -> list[_Member]:
        """All members at once, so that code they run later cannot change the container under the walk."""
        room = max(self._left // 2, 0)
        members = list(islice(items, room + 1))
        self._left -= min(len(members), room)
        if len(members) > room:
            raise _TooLargeError
        return members

    def _key(self, key: object, depth: int) -> str:
        plain = self.plain(key, depth)
        if type(plain) is str:
            return plain
        if type(plain) in (bool, int, float, type(None)):
            return orjson.dumps(plain).decode()
        return self._mark(type_marker(type(key)))

    def _mark(self, marker: str) -> str:
        self.marked += 1
        return marker


class _TooLargeError(Exception):
    """A container does not fit in what is left of MAX_VALUES, or an integer in MAX_INT_BITS."""


def text(value: str) -> str:
    """A ``str`` that is valid UTF-8: JSON joins surrogate pairs at the speed of C, a lone surrogate becomes U+FFFD."""
    with suppress(UnicodeEncodeError):
        return str.encode(value).decode()
    return _SURROGATE.sub("\ufffd", json.loads(json.dumps(str.__str__(value))))


def moment(value: datetime, zone: Callable[[], tzinfo]) -> str:
    """ISO 8601 with an offset, ``Z`` for zero; a naive value (or one whose zone fails) is taken in ``zone()``.

    A fold chooses as PEP 495 says. An offset with seconds, which ISO 8601 cannot write, is cut to the minute, and the
    time shifted to the same instant (where the calendar ends, the instant moves by these seconds).
    """
    wall = datetime.combine(datetime.date(value), datetime.time(value))
    offset = _offset(lambda: wall.replace(tzinfo=value.tzinfo))
    if offset is None:
        offset = _offset(lambda: _locate(wall, zone())) or timedelta()
    sign, size = ("-", -offset) if offset < timedelta() else ("+", offset)
    if odd := size % _MINUTE:
        with suppress(OverflowError):
            wall = wall - odd if sign == "+" else wall + odd
    hours, minutes = divmod(size // _MINUTE, 60)
    return wall.isoformat() + (f"{sign}{hours:02}:{minutes:02}" if hours or minutes else "Z")


def in_order(items: list[object]) -> list[object]:
    """The members of a set: sorted when all are text, so that equal sets make equal JSON; else as they come."""
    return sorted(items) if {*map(type, items)} == {str} else items  # type: ignore[type-var]


def binary(value: bytes | bytearray | memoryview) -> str:
    """The text if the bytes are UTF-8, else their base64 (RFC 4648, with padding)."""
    exact = memoryview(value).tobytes()
    try:
        return exact.decode()
    except UnicodeDecodeError:
        return base64.b64encode(exact).decode()


def decimal(value: Decimal) -> float | None:
    """The nearest float, so that a revenue can be summed; one too large, an infinity or a NaN becomes null in JSON."""
    return None if Decimal.is_nan(value) else Decimal.__float__(value)


def type_marker(kind: type) -> str:
    """``[module.Class]`` (``[Class]`` for a builtin), odd characters as ``?``, at most MAX_TYPE_NAME long."""
    module: object = "?"
    with suppress(AttributeError):
        module = _type_module(kind)
    prefix = "" if module == "builtins" else f"{module if type(module) is str else '?'}."
    return f"[{re.sub(r'[^0-9A-Za-z_.<>]', '?', (prefix + _type_qualname(kind))[: MAX_TYPE_NAME - 2])}]"


def _offset(locate: Callable[[], datetime]) -> timedelta | None:
    try:
        return locate().utcoffset()
    except Exception:  # noqa: BLE001 - a zone is foreign code
        return None


def _locate(wall: datetime, zone: Any) -> datetime:
    """The naive time in a zone; one of pytz, merely attached, would answer with local mean time."""
    if hasattr(zone, "localize"):
        return zone.localize(wall, is_dst=not wall.fold)  # type: ignore[no-any-return]
    return wall.replace(tzinfo=zone)


def _integer(value: int) -> int | str:
    exact = int.__int__(value)
    if exact.bit_length() > MAX_INT_BITS:
        raise _TooLargeError
    return exact if -(2**63) <= exact < 2**64 else str(exact)


def _fragment(value: orjson.Fragment) -> orjson.Fragment:
    orjson.dumps(value)  # refuses a fragment that holds neither bytes nor text
    return value


def _dataclass_pairs(value: object) -> Iterable[tuple[str, object]]:
    """The fields that are set, without a leading underscore, as orjson does."""
    for field in fields(type(value)):  # type: ignore[arg-type]
        if not field.name.startswith("_"):
            with suppress(AttributeError):
                yield field.name, object.__getattribute__(value, field.name)


def _promise(value: object) -> str:
    """Django's lazy text; a lazy value of another class could be a query."""
    if not hasattr(type(value), "casefold"):
        raise TypeError
    return str(value)


def _array(value: Any) -> object:
    if value.size > MAX_VALUES:
        raise _TooLargeError
    return value.tolist()


LEAVES: Final[Mapping[type, Callable[[Any], object]]] = {
    str: text,
    int: _integer,
    bool: lambda value: value,
    type(None): lambda value: value,
    float: float.__float__,
    Decimal: decimal,
    date: date.isoformat,
    time: time.isoformat,
    timedelta: timedelta.total_seconds,
    UUID: UUID.__str__,
    PurePath: lambda value: text(PurePath.__str__(value)),
    bytes: binary,
    bytearray: binary,
    memoryview: binary,
    orjson.Fragment: _fragment,
}
OBJECTS: Final[dict[type, Callable[[Any], Iterable[tuple[object, object]]]]] = {
    dict: dict.items,
    MappingProxyType: MappingProxyType.items,
    Mapping: lambda value: value.items(),
}
LISTS: Final[dict[type, Callable[[Any], Iterable[object]]]] = {
    list: list.__iter__,
    tuple: tuple.__iter__,
    deque: deque.__iter__,
    range: range.__iter__,
    type({}.keys()): iter,
    type({}.values()): iter,
    type({}.items()): iter,
}
# Classes with a step to a simpler value. Those of packages that may not be installed are known by name.
WRAPPERS: Final[dict[tuple[object, str], Callable[[Any], object]]] = {
    ("enum", "Enum"): lambda value: object.__getattribute__(value, "_value_"),
    ("collections", "UserDict"): lambda value: value.data,
    ("collections", "UserList"): lambda value: value.data,
    ("collections", "UserString"): lambda value: value.data,
    ("django.utils.functional", "Promise"): _promise,
    ("flask_babel.speaklater", "LazyString"): str,
    ("babel.support", "LazyProxy"): str,
    ("numpy", "generic"): lambda value: value.item(),
    ("numpy", "ndarray"): _array,
}
