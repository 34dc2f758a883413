"""A line about the contents of a message, for lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

MOST_FIELDS = 8
MOST_OF_A_VALUE = 60
"""Characters of one value."""


def preview(message: Mapping[str, Any]) -> str:
    """Return the first properties or traits as ``name: value · name: value``, "" if there are none."""
    fields = message.get("traits" if message.get("type") in ("identify", "group") else "properties")
    return " · ".join(shown(fields)) if isinstance(fields, Mapping) else ""


def shown(fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield each field as ``name: value``, and a sign for those that are left out."""
    for name in list(fields)[:MOST_FIELDS]:
        yield f"{short(name)}: {value_of(fields[name])}"
    if len(fields) > MOST_FIELDS:
        yield "…"


def value_of(value: object) -> str:
    """Return a value as JSON shows it, without quotes; of a list or an object only the number of its parts, in words:
    ``[1]`` would be a list that holds the number 1."""
    if isinstance(value, list | Mapping):
        parts, brackets = ("item", "[]") if isinstance(value, list) else ("field", "{}")
        number = f"{len(value)} {parts}{'' if len(value) == 1 else 's'}" if value else ""
        return f"{brackets[0]}{number}{brackets[1]}"
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    return short(str(value))


def short(text: str) -> str:
    return text if len(text) <= MOST_OF_A_VALUE else text[: MOST_OF_A_VALUE - 1] + "…"
