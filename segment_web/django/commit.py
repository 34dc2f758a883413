"""After the commit: the last step of an event that is only true if its transaction is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakSet

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from segment_web import commit_hooks
from segment_web.django.loops import in_event_loop


class Hook:
    """What waits for a commit; a type of its own, so that :func:`run_in_testcase` finds it again."""

    __slots__ = ()

    def __call__(self) -> None:
        """Does what waited."""
        raise NotImplementedError


class _Put(Hook):
    """A put that waits for a commit and is done once."""

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
    wait(connections[using], _Put(put))


def wait(connection: BaseDatabaseWrapper, hook: Callable[[], None]) -> None:
    """Runs ``hook``, which must not raise, when the transaction of ``connection`` commits, now if there is none.

    After ``set_autocommit(False)`` Django runs what waits when autocommit is on again, and takes nothing new that is to
    wait; what is put there all the same it treats alike.
    """
    if in_testcase(connection):
        _in_testcases.add(connection)
    if connection.in_atomic_block or connection.get_autocommit():
        connection.on_commit(hook, robust=True)
    else:
        wait_outside(connection, hook)


def wait_outside(connection: BaseDatabaseWrapper, hook: Callable[[], None]) -> None:
    """Runs ``hook`` at the commit, whatever becomes of the savepoints of now."""
    hooks: list[Any] = connection.run_on_commit
    hooks.append((set(), hook, True))


def in_testcase(connection: BaseDatabaseWrapper) -> bool:
    """Whether the transaction is one of a TestCase, which never commits."""
    return any(map(_is_testcase, connection.atomic_blocks))


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
                if isinstance(put, Hook):
                    put()


def _is_testcase(block: object) -> bool:
    return bool(getattr(block, "_from_testcase", False))
