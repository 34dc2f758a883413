"""A capture as plain data that is the same in every run, and its comparison with what was stored of an earlier one."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import unified_diff
from pathlib import Path
from typing import Any

from segment_web.testing.failure import label

UPDATE = "SEGMENT_WEB_UPDATE_SNAPSHOTS"  # set in the environment: snapshots are written instead of compared
HIDDEN = "[hidden]"
# What each run makes up, by path: ids are numbered in the order in which they appear, wherever they stand.
IDS = {"messageId": "message", "anonymousId": "anonymous", "context.visit.id": "visit"}
TIMES = ("timestamp", "context.visit.startedAt", "context.visit.first.startedAt")
OTHERS = {"context.library.version": "[version]"} | dict.fromkeys(TIMES, "[time]")


def snapshot(messages: Sequence[Mapping[str, Any]], hide: Sequence[str] = ()) -> list[dict[str, Any]]:
    """``messages`` as JSON has them, without what differs from run to run, and with ``[hidden]`` at the paths ``hide``."""
    replaced = {**OTHERS, **dict.fromkeys(hide, HIDDEN)}
    numbers = {value: f"{kind} {number}" for path, kind in IDS.items() for number, value in _numbered(messages, path)}

    def value_at(path: str, value: Any) -> Any:
        if path in replaced:
            return replaced[path]
        return numbers.get(value, value) if isinstance(value, str) else value

    return [_walked(message, "", value_at) for message in messages]


def check(found: Sequence[Mapping[str, Any]], path: Path) -> None:
    """AssertionError unless ``found`` is what the file holds; it is written instead where the environment asks for it."""
    __tracebackhide__ = True
    if os.environ.get(UPDATE):
        path.write_text(json.dumps(found, indent=2, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
    elif not path.exists():
        raise AssertionError(f"there is no snapshot {path}: run this test once with {UPDATE}=1, and read what it wrote")
    elif (stored := json.loads(path.read_text("utf-8"))) != found:
        head = f"not what {path.name} holds (-) was captured, but this (+); {UPDATE}=1 stores it:"
        changes = [*unified_diff([*_lines(stored)], [*_lines(found)], n=0, lineterm="")][2:]
        raise AssertionError("\n".join([head, *(f"  {line}" for line in changes if not line.startswith("@@"))]))


def _lines(found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A line for each value, which says by itself of what message it is."""
    for message in found:
        for path, value in _values(message, ""):
            yield f"{label(message)}: {path} = {json.dumps(value, ensure_ascii=False)}"


def _values(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """What holds nothing more, by its path."""
    if isinstance(value, Mapping) and value:
        for key in sorted(value):
            yield from _values(value[key], f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value:
        for position, item in enumerate(value):
            yield from _values(item, f"{path}[{position}]")
    else:
        yield path, value


def _numbered(messages: Sequence[Mapping[str, Any]], path: str) -> Iterator[tuple[int, str]]:
    """The ids at ``path``, from 1 on."""
    found = [value for message in messages if isinstance(value := _at(message, path), str)]
    return enumerate(dict.fromkeys(found), 1)


def _walked(value: Any, path: str, value_at: Callable[[str, Any], Any]) -> Any:
    """A copy; the items of a list are at the path of the list."""
    found = value_at(path, value)
    if isinstance(found, Mapping):
        return {key: _walked(item, f"{path}.{key}" if path else key, value_at) for key, item in found.items()}
    return [_walked(item, path, value_at) for item in found] if isinstance(found, list) else found


def _at(message: Mapping[str, Any], path: str) -> Any:
    found: Any = message
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found
