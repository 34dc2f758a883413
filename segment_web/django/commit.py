"""After the commit: the last step of an event that is only true if its transaction is."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakSet

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from segment_web import commit_hooks
from segment_web.django.loops import in_event_loop


class _Put:
    """A put that waits for a commit and is done once; its own type, so that :func:`run_in_testcase` finds it again."""

    __slots__ = ("_put",)

    def __init__(self, put: Callable[[], None]) -> None:
        self._put: Callable[[], None] | None = put

    def __call__(self) -> None:
        put, self._put = self._put, None
        if put is not None:
            put()


_in_testcases: WeakSet[BaseDatabaseWrapper] = WeakSet()  # connections on which puts wait; none outside of tests


def connect() -> None:
    """Lets a test's capture have what the test's own transaction holds back."""
    commit_hooks.register(run_in_testcase)


def on_commit(put: Callable[[], None], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Runs ``put`` when the transaction of database ``using`` commits, now if there is none, never after a rollback.

    There is none in an event loop: Django's transactions live on the threads of synchronous code.
    """
    if in_event_loop():
        put()
        return
    connection = connections[using]
    if any(map(_is_testcase, connection.atomic_blocks)):
        _in_testcases.add(connection)
    transaction.on_commit(_Put(put), using=using, robust=True)


def run_in_testcase() -> None:
    """Runs what a commit would have run, where a TestCase's own transaction keeps it from happening.

    Django's TestCase wraps each test in transactions that never commit. Once the application's own have ended, what
    they left to be run after commit is due; what was rolled back Django has already taken off its list. That list stays
    as it is, because ``captureOnCommitCallbacks`` counts it. The connection may be another thread's: an async test reads
    in the event loop what synchronous code wrote.
    """
    for connection in list(_in_testcases):
        if connection.atomic_blocks and all(map(_is_testcase, connection.atomic_blocks)):
            for _, put, *_ in list(connection.run_on_commit):
                if isinstance(put, _Put):
                    put()


def _is_testcase(block: object) -> bool:
    return bool(getattr(block, "_from_testcase", False))
