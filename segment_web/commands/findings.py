"""What an examination finds: one thing, how bad it is, and the cure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """``error``: events do not arrive; ``warning``: they do, but perhaps not as meant."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """``name`` says what was looked at, ``text`` what was found, ``cure`` what to do ("" when all is well)."""

    level: Level
    name: str
    text: str
    cure: str = ""


def ok(name: str, text: str) -> Finding:
    """A finding that needs no cure."""
    return Finding(Level.OK, name, text)


def warning(name: str, text: str, cure: str) -> Finding:
    """A finding that may be meant so."""
    return Finding(Level.WARNING, name, text, cure)


def error(name: str, text: str, cure: str = "") -> Finding:
    """A finding that keeps events from arriving."""
    return Finding(Level.ERROR, name, text, cure)
