"""Objects that misbehave in every way the encoder must survive; each class is one way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import Enum
from itertools import count
from typing import Any, NoReturn


class AskedError(BaseException):
    """No ``Exception``, so that the encoder cannot swallow it and the test fails."""


class Silent:
    """Whatever is asked of it beyond its type is an error."""

    def _refuse(self, *_: object) -> NoReturn:
        raise AskedError("an unknown object was asked something")

    __repr__ = __str__ = __iter__ = __len__ = __getitem__ = __bool__ = __format__ = __eq__ = _refuse
    __getattr__ = __hash__ = __int__ = __float__ = __index__ = __bytes__ = __fspath__ = __reduce__ = _refuse

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        raise AskedError("an unknown object was asked for its class")


class RaisingDict(dict[str, object]):
    def items(self) -> NoReturn:
        raise ValueError

    __iter__ = keys = values = __len__ = items


class RaisingList(list[object]):
    def __iter__(self) -> NoReturn:
        raise ValueError


class RaisingText(str):
    def __str__(self) -> NoReturn:
        raise ValueError

    __repr__ = encode = __hash__ = __str__  # type: ignore


class RaisingMapping(Mapping[str, object]):
    def __getitem__(self, key: str) -> NoReturn:
        raise ValueError

    def __iter__(self) -> Iterator[str]:
        yield "a"

    def __len__(self) -> NoReturn:
        raise ValueError


class EndlessMapping(RaisingMapping):
    """Counts what was read of it; each of its values is as endless."""

    def __init__(self) -> None:
        self.read = 0

    def items(self) -> Iterator[tuple[str, object]]:  # type: ignore[override]
        for number in count():
            self.read += 1
            yield str(number), self


class MutatingMapping(RaisingMapping):
    """Grows the container it lies in whenever it is read."""

    def __init__(self, container: list[object]) -> None:
        self.container = container

    def items(self) -> list[tuple[str, object]]:  # type: ignore[override]
        self.container.extend([1] * 10)
        return [("a", 1)]


class RecursingMapping(RaisingMapping):
    def items(self) -> Any:
        return self.items()


class RaisingEnum(Enum):
    """orjson alone crashes the process on it."""

    A = "a"

    @property
    def value(self) -> NoReturn:
        raise ValueError


class RaisingZone(tzinfo):
    def utcoffset(self, when: datetime | None) -> timedelta:
        raise ValueError

    dst = tzname = utcoffset  # type: ignore[assignment]


@dataclass
class RaisingData:
    fine: int = 1

    def __getattribute__(self, name: str) -> NoReturn:
        raise ValueError


class RaisingMeta(type):
    def __getattribute__(cls, name: str) -> NoReturn:
        raise ValueError

    def __hash__(cls) -> NoReturn:
        raise ValueError


class Meta(metaclass=RaisingMeta):
    pass
