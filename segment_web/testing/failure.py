"""What a failed assert says: what was wanted, how the closest message differs, and what was there instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from segment_web.testing.matching import ABSENT, Difference, differences
from segment_web.testing.recorder import CapturedMessage, Dropped

MOST_LINES = 20  # of a list of messages; the latest tell most
MOST_VALUE = 200  # characters of one value
PARTS = ("userId", "anonymousId", "groupId", "previousId", "properties", "traits")  # of a message in a list; no context


def wrong_count(
    wanted: Mapping[str, Any],
    count: int | None,
    found: Sequence[CapturedMessage],
    sent: Sequence[CapturedMessage],
    dropped: Sequence[Dropped],
) -> str:
    """Not as many messages are as wanted as there should be."""
    many = f"{_number(len(found), 'call is', 'calls are')} as expected, not {count}:"
    head = many if found else "no call is as expected:"
    near = [] if found else _lost(wanted, dropped) or _near(wanted, sent)
    return "\n".join([head, _expected(wanted), *near, told(sent, dropped)])


def unwanted(
    wanted: Mapping[str, Any],
    found: Sequence[CapturedMessage],
    sent: Sequence[CapturedMessage],
    dropped: Sequence[Dropped],
) -> str:
    """There are messages that should not be."""
    head = f"{_number(len(found), 'call is', 'calls are')} as none should be:"
    return "\n".join([head, _expected(wanted), told(sent, dropped)])


def out_of_order(names: Sequence[str], place: int, sent: Sequence[CapturedMessage], dropped: Sequence[Dropped]) -> str:
    """The name at ``place`` is not behind those before it."""
    after = f" after {names[place - 1]!r}" if place else ""
    head = f"there is no {names[place]!r}{after}, expected in this order: {', '.join(map(repr, names))}"
    return "\n".join([head, told(sent, dropped)])


def label(message: Mapping[str, Any]) -> str:
    """A message in a word: its event or name, else its type."""
    return str(_name(message) or message.get("type"))


def told(sent: Sequence[CapturedMessage], dropped: Sequence[Dropped]) -> str:
    """A list of everything."""
    lines = [_line(message) for message, _ in sent]
    lost = [f"{_line(drop.message)} ({drop.reason}: {drop.detail})" for drop in dropped]
    return "\n".join(
        [
            *_listed(_number(len(lines), "message was sent", "messages were sent"), lines),
            *(_listed(_number(len(lost), "was dropped", "were dropped"), lost) if lost else ()),
        ]
    )


def _expected(wanted: Mapping[str, Any]) -> str:
    return f"  {_line(wanted, (*PARTS, 'context'))}"


def _near(wanted: Mapping[str, Any], sent: Sequence[CapturedMessage]) -> list[str]:
    """How the message that differs least differs; or, when none has the name, a name that is spelled much like it."""
    alike = [candidate for candidate in sent if candidate.message["type"] == wanted["type"]]
    if (name := _name(wanted)) is not None:
        names = {str(_name(candidate.message)) for candidate in alike}
        if name not in names:
            others = [f"a {one.message['type']} call" for one in sent if _name(one.message) == name]
            close = [*others, *map(repr, get_close_matches(str(name), names, n=1))]
            return [f"there is {close[0]}{f' {name!r}' if others else ''}; is it that?"] if close else []
        alike = [candidate for candidate in alike if _name(candidate.message) == name]
    if not alike:
        return []
    least = min(alike, key=lambda candidate: len(list(differences(wanted, candidate))))
    place = next(number for number, candidate in enumerate(sent, 1) if candidate is least)
    return [f"the closest, number {place}, differs:", *map(_difference, differences(wanted, least))]


def _lost(wanted: Mapping[str, Any], dropped: Sequence[Dropped]) -> list[str]:
    """Why one that may be meant was not sent."""
    alike = [drop for drop in dropped if drop.message.get("type") == wanted["type"]]
    meant = [drop for drop in alike if _name(wanted) in (None, _name(drop.message))]
    return [f"one was dropped: {meant[-1].reason}: {meant[-1].detail}"] if meant else []


def _difference(found: Difference) -> str:
    was = "is not there" if found.sent is ABSENT else f"is {_shown(found.sent)}"
    return f"  {found.path}: {was}, expected {_shown(found.expected)}"


def _line(message: Mapping[str, Any], names: Sequence[str] = PARTS) -> str:
    parts = [f"{part}={_shown(message[part])}" for part in names if message.get(part)]
    name = _name(message)
    return " ".join([str(message.get("type", "?")), *([] if name is None else [repr(name)]), *parts])


def _name(message: Mapping[str, Any]) -> object:
    """What distinguishes calls of a type at first sight: the event of a track call, the name of a page."""
    return message.get("event", message.get("name"))


def _listed(title: str, lines: Sequence[str]) -> list[str]:
    note = f" (here are the last {MOST_LINES})" if len(lines) > MOST_LINES else ""
    first = max(1, len(lines) - MOST_LINES + 1)
    rows = [f"  {number}. {line}" for number, line in enumerate(lines[-MOST_LINES:], first)]
    return [f"{title}{note}{':' if rows else '.'}", *rows]


def _number(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= MOST_VALUE else f"{text[:MOST_VALUE]}..."
