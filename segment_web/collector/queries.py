"""Filters for messages and requests, and the conversion of rows to records."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import orjson

from segment_web.collector.records import CollectorTotals, MessageStatus, StoredBatch, StoredMessage

Condition = tuple[str, tuple[object, ...]]


class WantedRows(Protocol):
    """A choice of rows. ``after`` and ``before`` are numbers of rows, both exclusive; ``before=None`` sets no limit."""

    @property
    def after(self) -> int: ...

    @property
    def before(self) -> int | None: ...

    def condition(self) -> Condition:
        """Return the SQL condition, with its values, that a row must fulfil; SQLite checks it at little cost."""
        ...

    def matches(self, row: sqlite3.Row) -> bool:
        """Return whether the text of a row fulfils the rest; the store calls this outside of its lock."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A choice of messages; a field that is left out does not restrict.

    ``search`` may be anywhere in the message's JSON or in its discard code, in upper or lower case. ``after`` and
    ``before`` are numbers of messages (``StoredMessage.id``), both exclusive; ``batch`` is the number of a request.
    """

    type: str | None = None
    status: str | None = None
    search: str = ""
    after: int = 0
    before: int | None = None
    batch: int | None = None

    def condition(self) -> Condition:
        """Return the SQL condition and its values."""
        return equal(type=self.type, status=self.status, batch_id=self.batch)

    def matches(self, row: sqlite3.Row) -> bool:
        """Return whether the row holds the text."""
        return contains(self.search, row["message"], row["code"])


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFilter:
    """A choice of requests; a field that is left out does not restrict.

    ``failed`` chooses by the answer: True for all but 2xx, False for 2xx. ``search`` may be anywhere in the path, the
    headers, the error or the ids of the messages.
    """

    failed: bool | None = None
    search: str = ""
    after: int = 0
    before: int | None = None

    def condition(self) -> Condition:
        """Return the SQL condition and its values."""
        return ("TRUE", ()) if self.failed is None else ("(status NOT BETWEEN 200 AND 299) = ?", (self.failed,))

    def matches(self, row: sqlite3.Row) -> bool:
        """Return whether the row holds the text."""
        return contains(self.search, row["path"], row["headers"], row["error"], row["message_ids"])


def equal(**wanted: object) -> Condition:
    """Return the condition that each named column has the given value; None and "" restrict nothing."""
    given = {column: value for column, value in wanted.items() if value not in (None, "")}
    return " AND ".join(["TRUE", *(f"{column} = ?" for column in given)]), tuple(given.values())


def contains(search: str, *texts: str | None) -> bool:
    """Return whether the text is in one of ``texts``, in upper or lower case. Python searches in linear time."""
    needle = search.lower()
    return not needle or any(text is not None and needle in text.lower() for text in texts)


def read_message(row: sqlite3.Row) -> StoredMessage:
    """A row of ``messages`` as a record."""
    values = dict(row)
    return StoredMessage(
        **values | {"status": MessageStatus(values["status"]), "message": orjson.loads(values["message"])},
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


def read_stats(rows: Iterable[sqlite3.Row]) -> CollectorTotals:
    """The rows of ``totals``, summed up."""
    by_status: Counter[str] = Counter()
    by_type: Counter[str] = Counter()
    by_code: Counter[str] = Counter()
    for row in rows:
        by_status[row["status"]] += row["count"]
        by_type[row["type"]] += row["count"]
        by_code[row["code"]] += row["count"]
    return CollectorTotals(
        accepted=by_status[MessageStatus.ACCEPTED],
        discarded=by_status[MessageStatus.DISCARDED],
        duplicates=by_status[MessageStatus.DUPLICATE],
        requests=by_status["request"],
        by_type=named(by_type),
        by_code=named(by_code),
    )


def named(counts: Mapping[str, int]) -> dict[str, int]:
    """Without what is counted under no name: requests have no type, accepted messages no code."""
    return {name: count for name, count in counts.items() if name}
