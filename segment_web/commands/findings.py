"""What an examination finds: one thing, how bad it is, why it matters, and the cure."""

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
    """``id`` stays the same from release to release: what was looked at and, after a dot, what is wrong with it. ``text``
    says what was found, ``why`` what comes of it and ``cure`` what to do ("" when all is well); ``source`` is the alias of
    a source where there are several."""

    level: Level
    id: str
    text: str
    why: str = ""
    cure: str = ""
    source: str = ""

    @property
    def name(self) -> str:
        """What was looked at."""
        return self.id.partition(".")[0]


def ok(id: str, text: str, *, source: str = "") -> Finding:
    """A finding that needs no cure."""
    return Finding(Level.OK, id, text, source=source)


def warning(id: str, text: str, *, why: str = "", cure: str = "", source: str = "") -> Finding:
    """A finding that may be meant so."""
    return Finding(Level.WARNING, id, text, why, cure, source)


def error(id: str, text: str, *, why: str = "", cure: str = "", source: str = "") -> Finding:
    """A finding that keeps events from arriving."""
    return Finding(Level.ERROR, id, text, why, cure, source)
