"""Reading the store: a filter for messages, and rows turned back into records."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson

from segment_web.collector.records import Stats, Status, StoredBatch, StoredMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which messages are wanted; what is left out does not restrict.

    ``search`` is looked for anywhere in the message's JSON and in its discard code, without regard to the case of ASCII
    letters. ``after`` and ``before`` are numbers of messages (``StoredMessage.id``), both exclusive.
    """

    type: str | None = None
    status: str | None = None
    search: str = ""
    after: int = 0
    before: int | None = None

    def condition(self) -> tuple[str, tuple[object, ...]]:
        """The SQL condition and its values."""
        parts: list[tuple[str, tuple[object, ...]]] = [("id > ?", (self.after,))]
        if self.before is not None:
            parts.append(("id < ?", (self.before,)))
        if self.type:
            parts.append(("type = ?", (self.type,)))
        if self.status:
            parts.append(("status = ?", (self.status,)))
        if self.search:
            pattern = like(self.search)
            parts.append((r"(message LIKE ? ESCAPE '\' OR code LIKE ? ESCAPE '\')", (pattern, pattern)))
        return " AND ".join(part for part, _ in parts), tuple(value for _, values in parts for value in values)


def like(search: str) -> str:
    """A LIKE pattern that finds the text literally, anywhere."""
    for special in "\\%_":
        search = search.replace(special, "\\" + special)
    return f"%{search}%"


def read_message(row: sqlite3.Row) -> StoredMessage:
    """A row of ``messages`` as a record."""
    values = dict(row)
    return StoredMessage(
        **values | {"status": Status(values["status"]), "message": orjson.loads(values["message"])},
    )


def read_batch(row: sqlite3.Row) -> StoredBatch:
    """A row of ``batches`` as a record."""
    values = dict(row)
    return StoredBatch(
        **values
        | {
            "headers": orjson.loads(values["headers"]),
            "message_ids": tuple(orjson.loads(values["message_ids"])),
            "scripted": bool(values["scripted"]),
        },
    )


def read_stats(rows: Iterable[sqlite3.Row]) -> Stats:
    """The rows of ``totals``, summed up."""
    by_status: Counter[str] = Counter()
    by_type: Counter[str] = Counter()
    by_code: Counter[str] = Counter()
    for row in rows:
        by_status[row["status"]] += row["count"]
        by_type[row["type"]] += row["count"]
        by_code[row["code"]] += row["count"]
    return Stats(
        accepted=by_status[Status.ACCEPTED],
        discarded=by_status[Status.DISCARDED],
        duplicates=by_status[Status.DUPLICATE],
        requests=by_status["request"],
        by_type=named(by_type),
        by_code=named(by_code),
    )


def named(counts: Mapping[str, int]) -> dict[str, int]:
    """Without what is counted under no name: requests have no type, accepted messages no code."""
    return {name: count for name, count in counts.items() if name}
