"""Which changes of a connection's transaction still stand, and who of them speaks when it commits.

Django itself knows what a rolled-back savepoint takes along: the functions that wait in ``run_on_commit`` for the commit.
Each change is such a function; Django makes a new list at every rollback, by which one is noticed for the price of a
comparison. Whatever stands when a change is added stands as long as that change does, so the last one that stands speaks.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any
from weakref import WeakKeyDictionary, ref

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from segment_web.django.commit import Hook, in_testcase, is_open, transaction_of, wait, wait_outside
from segment_web.model_events.changes import Change

_ledgers: WeakKeyDictionary[BaseDatabaseWrapper, Ledger] = WeakKeyDictionary()


class Ledger:
    """The changes of one transaction."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = ref(connection)
        self._committed: dict[Hashable, Entry] = {}
        self._closing: Entry | Closing | None = None
        self.look(connection, ())

    def look(self, connection: BaseDatabaseWrapper, standing: tuple[Entry, ...]) -> None:
        """Takes note of what a rollback has left."""
        self.hooks = connection.run_on_commit
        self.standing = set(standing)
        self.last = {entry.change.key: entry for entry in standing}

    def add(self, connection: BaseDatabaseWrapper, entry: Entry) -> None:
        """``entry`` is the last change of its object from here on; without a transaction it is committed now."""
        self.standing.add(entry)
        entry.previous = self.last.get(entry.change.key)
        self.last[entry.change.key] = entry
        self._closing = entry
        if connection.savepoint_state and is_open(connection) and not in_testcase(connection):
            # The savepoint may yet take ``entry`` along. Who says that all have been asked must outlive it.
            self._closing = Closing(self)
        wait(connection, entry)
        if isinstance(self._closing, Closing):
            wait_outside(connection, self._closing)

    def has(self, entry: Entry) -> bool:
        """Whether ``entry`` still waits for its commit."""
        connection = self._connection()
        return connection is not None and entry in ledger_of(connection).standing

    def committed(self, entry: Entry) -> None:
        """``entry`` stands for good; in a TestCase, whose transaction never commits, it counts as if."""
        entry.change.is_committed, entry.previous = True, None
        connection = self._connection()
        if connection is not None and in_testcase(connection):
            if ledger_of(connection).last.get(entry.change.key) is entry:
                entry.change.speak()
            return
        self.standing.discard(entry)
        if self.last.get(entry.change.key) is entry:
            del self.last[entry.change.key]
        self._committed.pop(entry.change.key, None)
        self._committed[entry.change.key] = entry
        self.close(entry)

    def close(self, closing: Entry | Closing) -> None:
        """At the end of the commit, those speak that were the last of their objects."""
        if closing is self._closing:
            committed, self._committed = self._committed, {}
            for entry in committed.values():
                entry.change.speak()


class Entry(Hook):
    """A change in its ledger, as Django calls it after the commit."""

    __slots__ = ("change", "ledger", "previous", "replaced")

    def __init__(self, change: Change, ledger: Ledger) -> None:
        self.change = change
        self.ledger = ledger
        self.previous: Entry | None = None  # the one before it of this object, in this transaction
        self.replaced: Mapping[str, Any] = {}  # the values, by column, that the database has if it is rolled back

    def __call__(self) -> None:
        self.ledger.committed(self)

    @property
    def stands(self) -> bool:
        """Whether it was not rolled back, so far."""
        return self.change.is_committed or self.ledger.has(self)


class Closing:
    """What Django calls after the last change of a transaction, whatever became of that change."""

    __slots__ = ("_ledger",)

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def __call__(self) -> None:
        self._ledger.close(self)


def ledger_of(connection: BaseDatabaseWrapper) -> Ledger:
    """The ledger of the transaction that ``connection`` is in, as it stands now."""
    ledger = _ledgers.get(connection)
    if ledger is None or connection.run_on_commit is not ledger.hooks:
        standing = tuple(hook for _, hook, *_ in connection.run_on_commit if isinstance(hook, Entry))
        ledger = _ledgers[connection] = standing[0].ledger if standing else Ledger(connection)
        ledger.look(connection, standing)
    return ledger


def add(connection: BaseDatabaseWrapper, change: Change) -> Entry:
    """``change`` waits for the commit of the transaction that ``connection`` is in."""
    ledger = ledger_of(connection)
    entry = Entry(change, ledger)
    ledger.add(connection, entry)
    return entry


def before(connection: BaseDatabaseWrapper, key: Hashable) -> Change | None:
    """The last change of ``key`` in this transaction that still stands."""
    entry = ledger_of(connection).last.get(key)
    return None if entry is None else entry.change


def waiting(row: Hashable, pk: Hashable) -> Iterator[Entry]:
    """What has yet to be committed of an object, the last change first."""
    for connection in connections.all(initialized_only=True):
        if connection.run_on_commit:
            entry = ledger_of(connection).last.get(key_of(connection, row, pk))
            while entry is not None:
                yield entry
                entry = entry.previous


def key_of(connection: BaseDatabaseWrapper, row: Hashable, pk: Hashable) -> Hashable:
    """What makes two changes changes of one object in one transaction."""
    return transaction_of(connection), row, pk
