"""After the commit: the last step of an event that is only true if its transaction is."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper


class _Put:
    """A put that waits for a commit; its own type, so that :func:`run_in_testcase` finds it again."""

    __slots__ = ("_put",)

    def __init__(self, put: Callable[[], None]) -> None:
        self._put = put

    def __call__(self) -> None:
        self._put()


def on_commit(put: Callable[[], None], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Runs ``put`` when the transaction of database ``using`` commits, now if there is none, never after a rollback."""
    transaction.on_commit(_Put(put), using=using, robust=True)


def run_in_testcase() -> None:
    """Runs what a commit would have run, where a TestCase's own transaction keeps it from happening.

    Django's TestCase wraps each test in transactions that never commit. Once the application's own have ended, what
    they left to be run after commit is due; what was rolled back Django has already taken off its list.
    """
    for connection in connections.all(initialized_only=True):
        if connection.run_on_commit and _only_testcase(connection):
            due = [entry for entry in connection.run_on_commit if isinstance(entry[1], _Put)]
            connection.run_on_commit = [entry for entry in connection.run_on_commit if entry not in due]
            for _, put, *_ in due:
                put()


def _only_testcase(connection: BaseDatabaseWrapper) -> bool:
    blocks = getattr(connection, "atomic_blocks", [])
    return bool(blocks) and all(getattr(block, "_from_testcase", False) for block in blocks)
