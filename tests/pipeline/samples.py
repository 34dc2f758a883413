"""Ordinary objects an application may put into an event."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, Flag, IntEnum, StrEnum


class Colour(Enum):
    RED = "red"
    ORIGIN = (0, 0)


class Size(StrEnum):
    SMALL = "small"


class Level(IntEnum):
    HIGH = 3


class Access(Flag):
    READ = 1
    WRITE = 2


class Text(str):
    pass


class Number(float):
    pass


class Order:
    pass


Point = namedtuple("Point", "x y")


@dataclass
class Plain:
    name: str
    tags: set[str] = field(default_factory=set)
    _secret: str = "s"


@dataclass(slots=True)
class Slotted:
    at: date
