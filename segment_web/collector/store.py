"""The recorder: messages and requests in SQLite, bounded, and safe to use from many threads."""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from segment_web.collector.numbers import LARGEST
from segment_web.collector.queries import Filter, RequestFilter, WantedRows, read_batch, read_message, read_stats
from segment_web.collector.records import (
    CollectorTotals,
    Judged,
    MessageStatus,
    ReceivedBatch,
    StoredBatch,
    StoredMessage,
)
from segment_web.collector.rows import batch_row, message_row, sorted_by_status, totals_key
from segment_web.collector.schema import connect

KEEP_MESSAGES = 10_000
"""Enough to look back over a day of development; the oldest make room."""

KEEP_BATCHES = 2_000
"""Requests are looked at less often, and each may carry 2,500 ids."""

SLICE = 100
"""Rows that are read at a time; between two slices the store takes messages."""

INSERT_MESSAGE = """INSERT INTO messages (batch_id, status, code, type, name, user_id, anonymous_id, library,
message_id, received_at, size, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""

INSERT_BATCH = """INSERT INTO batches (path, received_at, status, headers, wire_bytes, body_bytes, sent_at, write_key,
message_ids, scripted, error, accepted, discarded, duplicates) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""

COUNT = """INSERT INTO totals (status, type, code, count) VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET count = count + excluded.count"""


class Store:
    """Everything that arrived, in a file or in memory.

    ``database`` is a file name or ``":memory:"``; ``keep`` is how many messages stay, the newest ones. A messageId is
    remembered for as long as its message is kept.
    """

    def __init__(self, database: str = ":memory:", *, keep: int = KEEP_MESSAGES) -> None:
        self._keep = keep
        self._connection = connect(database)
        self._changed = threading.Condition(threading.RLock())
        self.epoch = secrets.token_hex(8)

    def add(self, batch: ReceivedBatch, judged: Sequence[Judged] = ()) -> None:
        """Record one request and, if it was accepted, its messages, in the order they have in it."""
        with self._writing() as execute:
            statuses = sorted_by_status(judged, self._is_known)
            counts = Counter(statuses)
            batch_id = execute(INSERT_BATCH, batch_row(batch, counts)).lastrowid or 0
            rows = [message_row(batch_id, batch, *pair) for pair in zip(judged, statuses, strict=True)]
            self._connection.executemany(INSERT_MESSAGE, rows)
            totals = Counter(map(totals_key, judged, statuses))
            totals["request", "", ""] = 1
            self._connection.executemany(COUNT, [(*key, count) for key, count in totals.items()])
            self._trim(execute, batch_id)

    def messages(self, where: Filter | None = None, *, limit: int | None = 100) -> list[StoredMessage]:
        """Return the messages that pass the filter, newest first; ``limit=None`` for all that are kept."""
        return [read_message(row) for row in islice(self._rows("messages", where or Filter()), limit)]

    def message(self, id: int) -> StoredMessage | None:
        """One message by its number in the store, None if it is gone."""
        rows = self._all("SELECT * FROM messages WHERE id = ?", id)
        return read_message(rows[0]) if rows else None

    def batches(self, where: RequestFilter | None = None, *, limit: int | None = 100) -> list[StoredBatch]:
        """Return the requests that pass the filter, newest first; ``limit=None`` for all that are kept."""
        return [read_batch(row) for row in islice(self._rows("batches", where or RequestFilter()), limit)]

    def batch(self, id: int) -> StoredBatch | None:
        """Return one request by its number in the store, None if it is gone."""
        rows = self._all("SELECT * FROM batches WHERE id = ?", id)
        return read_batch(rows[0]) if rows else None

    def stats(self) -> CollectorTotals:
        """The totals since the last clear."""
        return read_stats(self._all("SELECT * FROM totals"))

    def clear(self) -> None:
        """Forget everything. Numbers go on rising, so that a cursor stays valid; ``epoch`` changes."""
        with self._writing() as execute:
            for table in ("messages", "batches", "totals"):
                execute(f"DELETE FROM {table}")
            self.epoch = secrets.token_hex(8)

    def wait_for(self, condition: Callable[[CollectorTotals], bool], timeout: float) -> bool:
        """Wait until the totals fulfil a condition; False when ``timeout`` seconds have passed without."""
        with self._changed:
            return self._changed.wait_for(lambda: condition(self.stats()), timeout)

    def close(self) -> None:
        """Close the database; what was in memory is gone."""
        with self._changed:
            self._connection.close()

    @contextmanager
    def _writing(self) -> Iterator[Callable[..., Any]]:
        with self._changed:
            with self._connection:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection.execute
            self._changed.notify_all()

    def _is_known(self, message_id: str) -> bool:
        query = "SELECT 1 FROM messages WHERE message_id = ? AND status = ?"
        return self._connection.execute(query, (message_id, MessageStatus.ACCEPTED)).fetchone() is not None

    def _trim(self, execute: Callable[..., Any], batch_id: int) -> None:
        execute("DELETE FROM messages WHERE id <= (SELECT max(id) FROM messages) - ?", (self._keep,))
        execute("DELETE FROM batches WHERE id <= ?", (batch_id - KEEP_BATCHES,))

    def _rows(self, table: str, wanted: WantedRows) -> Iterator[sqlite3.Row]:
        """Yield rows, newest first. The lock is free between two slices: a long search holds up no message."""
        condition, values = wanted.condition()
        query = f"SELECT * FROM {table} WHERE id > ? AND id < ? AND {condition} ORDER BY id DESC LIMIT {SLICE}"
        before = LARGEST if wanted.before is None else wanted.before
        while rows := self._all(query, wanted.after, before, *values):
            yield from filter(wanted.matches, rows)
            before = rows[-1]["id"]

    def _all(self, query: str, *values: object) -> list[sqlite3.Row]:
        with self._changed:
            return self._connection.execute(query, values).fetchall()
