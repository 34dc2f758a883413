"""An event as ``tail`` shows it: one line of text, or the message itself; and which ones are wanted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any, Final, NamedTuple

import orjson

from segment_web.commands.output import Output, Style
from segment_web.logs import printable

ACCEPTED: Final = ("accepted", "written")
NAMES: Final = {"track": "event", "page": "name", "screen": "name", "group": "groupId", "alias": "previousId"}
IN_THE_NAME: Final = frozenset({"url", "path", "search", "host"})  # what a page says of its address
WIDTHS: Final = (8, 26, 22)  # of the type, the name, who
WIDE: Final = (160, 24)  # where no terminal says how wide it is

SHORT: Final = 24  # characters of a list that is shown as it is
LEAST: Final = 40  # characters of key properties; a narrow terminal breaks the line


class ShownMessage(NamedTuple):
    """One message, when it came (ISO-8601), and what became of it: ``code`` says why it was discarded."""

    at: str
    status: str
    code: str | None
    message: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """``{"at", "status", "code", "message"}``."""
        return self._asdict()

    def line(self, output: Output) -> str:
        """Time, type, name, who, key properties; of these, what does not fit into the terminal is left out."""
        kind, name, who = self._columns()
        cells = [self._time(), *map(_padded, (kind, name, who), WIDTHS)]
        trouble = "" if self.status in ACCEPTED else f"✗ {self.status}{f': {self.code}' if self.code else ''}"
        room = shutil.get_terminal_size(WIDE).columns - sum(len(cell) + 2 for cell in (*cells, trouble))
        room = max(room, LEAST)
        styles = (Style.FAINT, KINDS.get(kind, Style.FAINT), Style.STRONG, Style.FAINT)
        parts = [output.styled(cell, style) for cell, style in zip(cells, styles, strict=True)]
        if trouble:
            parts.append(output.styled(trouble, Style.BAD))
        return "  ".join((*parts, *self._facts(room))).rstrip()

    @property
    def name(self) -> str:
        """What tells events of one type apart; a page without a name has its path."""
        message = self.message
        name = message.get(NAMES.get(_text(message.get("type")), ""))
        return _text(
            name or as_object(message.get("properties")).get("path") if message.get("type") == "page" else name
        )

    def _columns(self) -> tuple[str, str, str]:
        message = self.message
        user, anonymous = _text(message.get("userId")), _text(message.get("anonymousId"))
        name = f"{self.name} → {user}" if message.get("type") == "alias" else self.name
        return _text(message.get("type")) or "?", name, user or (f"anon {anonymous}" if anonymous else "nobody")

    def _time(self) -> str:
        try:
            return datetime.fromisoformat(self.at).astimezone().strftime("%H:%M:%S")
        except (ValueError, OverflowError, OSError):
            return "--:--:--"

    def _facts(self, room: int) -> Iterator[str]:
        hidden = IN_THE_NAME if self.message.get("type") == "page" else ()
        for name, value in {
            **as_object(self.message.get("traits")),
            **as_object(self.message.get("properties")),
        }.items():
            fact = printable(f"{name}={_short(value)}")
            room -= len(fact) + 2
            if room < 0:
                yield "…"
                return
            if name not in hidden and value not in (None, ""):
                yield fact


KINDS: Final = {
    "track": Style.TRACK,
    "identify": Style.IDENTIFY,
    "page": Style.PAGE,
    "screen": Style.SCREEN,
    "group": Style.GROUP,
    "alias": Style.ALIAS,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events are shown: one of ``types``, a name that is like one of ``events`` (``"Order *"``), one of ``users``
    by either id. What is empty does not restrict."""

    types: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    users: tuple[str, ...] = ()

    def has(self, seen: ShownMessage) -> bool:
        """Whether this one is shown."""
        message = seen.message
        ids = (_text(message.get("userId")), _text(message.get("anonymousId")))
        return (
            (not self.types or message.get("type") in self.types)
            and (not self.events or any(fnmatchcase(seen.name, event) for event in self.events))
            and (not self.users or any(user in ids for user in self.users))
        )


def _padded(text: str, width: int) -> str:
    text = printable(text)
    return (text if len(text) <= width else text[: width - 1] + "…").ljust(width)


def _short(value: object) -> str:
    if isinstance(value, dict):
        return "{…}" if value else "{}"
    if isinstance(value, list):
        text = orjson.dumps(value).decode()
        return text if len(text) <= SHORT else f"[{len(value)} item{'' if len(value) == 1 else 's'}]"
    return value if isinstance(value, str) and " " not in value else orjson.dumps(value).decode()


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int) else ""


def as_object(value: object) -> Mapping[str, Any]:
    """``value`` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}
