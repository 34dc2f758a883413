"""The cookies of analytics.js, read and written by its own rules (1.84), which differ from every framework's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote, unquote

ANONYMOUS_ID = "ajs_anonymous_id"
USER_ID = "ajs_user_id"
GROUP_ID = "ajs_group_id"

MAX_ID = 128  # characters; a UUID has 36, longer ones are somebody's attempt
MAX_COOKIE = 4_096  # characters; browsers keep no larger cookie
WRITTEN_RAW = "!'()*~#$&+/:<=>?@[]^`{|}"  # what analytics.js leaves unescaped besides letters, digits and _ . -


def read(header: str, name: str) -> str:
    """The id in the first cookie of this name in a raw Cookie header, ``""`` if there is none or it is no id.

    The first wins, as in analytics.js: a cookie of this host and one of its domain can come together. The value is
    percent-decoded once, then taken out of the JSON string of older versions, if it is one, or freed of a single stray
    quote. An id is 1 to 128 printable characters. Digits are an id like any other: many user ids are numbers.
    """
    return _identifier(raw_value(header, name)) if name in header else ""


def raw_value(header: str, name: str) -> str:
    """What stands in the first cookie of this name, ``""`` if there is none."""
    return next(_raw_values(header, name), "")


def read_all(header: str, name: str) -> set[str]:
    """The different ids in all cookies of this name: two where one of this host and one of its domain disagree."""
    return {found for raw in _raw_values(header, name) if (found := _identifier(raw))}


def read_only(header: str, name: str) -> str:
    """The id in the cookies of this name if all of them agree, ``""`` if there is none or there are several ids.

    A cookie without an id does not count: any host of the domain can set one.
    """
    if not is_doubled(header, name):
        return read(header, name)
    found = read_all(header, name)
    return found.pop() if len(found) == 1 else ""


def raw_values(header: str, name: str) -> list[str]:
    """What stands in each cookie of this name, without the empty ones."""
    return [raw for raw in _raw_values(header, name) if raw] if name in header else []


def count(header: str, name: str) -> int:
    """The number of cookies of this name."""
    return sum(1 for _ in _raw_values(header, name))


def is_doubled(header: str, name: str) -> bool:
    """Whether there are several cookies of this name."""
    return header.count(f"{name}=") > 1 and count(header, name) > 1


def is_id(text: str) -> bool:
    """Whether :func:`read` would give this id back."""
    return 0 < len(text) <= MAX_ID and text.isprintable() and text == text.strip()


def write(value: str) -> str:
    """The cookie text that analytics.js would write for this id; half characters become ``?``."""
    return quote(value, safe=WRITTEN_RAW, errors="replace")


def _raw_values(header: str, name: str) -> Iterator[str]:
    wanted = f"{name}="
    start = header.find(wanted)
    while start >= 0:
        if _opens_pair(header, start):
            end = header.find(";", start)
            yield header[start + len(wanted) : len(header) if end < 0 else end]
        start = header.find(wanted, start + 1)


def _opens_pair(header: str, at: int) -> bool:
    while at and header[at - 1] in " \t":
        at -= 1
    return not at or header[at - 1] == ";"


def _identifier(raw: str) -> str:
    if len(raw) > MAX_COOKIE:
        return ""
    try:
        text = unquote(raw, errors="strict") if "%" in raw else raw
    except UnicodeDecodeError:  # analytics.js does not read it either
        return ""
    text = text.strip()
    if '"' in text:
        text = _unquoted(text).strip()
    return text if 0 < len(text) <= MAX_ID and text.isprintable() else ""


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"':
        return _json_string(text)
    return text.strip('"') if text.count('"') == 1 else text


def _json_string(text: str) -> str:
    try:
        value = json.loads(text)
    except ValueError:
        return text[1:-1]
    return value if isinstance(value, str) else ""
