"""After the commit: the last step of an event that is only true if its transaction is."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from threading import Lock
from typing import Any
from weakref import WeakSet

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from segment_web import commit_hooks
from segment_web.django.event_loop import in_event_loop


class Hook:
    """What waits for a commit; a type of its own, so that :func:`run_in_testcase` finds it again."""

    __slots__ = ()

    def __call__(self) -> None:
        """Does what waited."""
        raise NotImplementedError


class _Put(Hook):
    """One of the commits that a put waits for; the last one does it."""

    __slots__ = ("_left", "_put")

    def __init__(self, put: Callable[[], None], left: list[_Put]) -> None:
        self._put = put
        self._left = left
        left.append(self)

    def __call__(self) -> None:
        if self in self._left:
            self._left.remove(self)
            if not self._left:
                self._put()


_in_testcases: WeakSet[BaseDatabaseWrapper] = WeakSet()  # connections on which puts wait; none outside of tests
_claiming = Lock()  # held while a thread takes the hooks that it runs, in tests only


def connect() -> None:
    """Lets a test's capture have what the test's own transaction holds back."""
    commit_hooks.register(run_in_testcase)


def on_commit(put: Callable[[], None], *, using: str | None = None) -> None:
    """Runs ``put`` when the transaction of database ``using`` commits, or when all that are open here have committed; now
    if there is none, never after a rollback.

    There is none in an event loop: Django's transactions live on the threads of synchronous code.
    """
    among = connections.all(initialized_only=True) if using is None else [connections[using]]
    waited = [] if in_event_loop() else [connection for connection in among if is_open(connection)]
    left: list[_Put] = []
    for connection, hook in [(connection, _Put(put, left)) for connection in waited]:
        wait(connection, hook)
    if not waited:
        put()


def wait(connection: BaseDatabaseWrapper, hook: Callable[[], None]) -> None:
    """Runs ``hook``, which must not raise, when the transaction of ``connection`` commits, now if there is none.

    After ``set_autocommit(False)`` Django runs what waits when autocommit is on again, and takes nothing new that is to
    wait; what is put there all the same it treats alike.
    """
    transaction = transaction_of(connection)
    if transaction is not None:
        with _claiming:
            _in_testcases.add(connection)
    if is_open(connection):
        _hooks(connection).append((Since(connection.savepoint_state, transaction), hook, True))
    else:
        hook()


def wait_outside(connection: BaseDatabaseWrapper, hook: Callable[[], None]) -> None:
    """Runs ``hook`` at the commit, whatever becomes of the savepoints of now."""
    _hooks(connection).append((set(), hook, True))


def is_open(connection: BaseDatabaseWrapper) -> bool:
    """Whether ``connection`` is in a transaction, or will be with its next statement."""
    return connection.in_atomic_block or (connection.connection is not None and not connection.get_autocommit())


class Since:
    """The savepoints whose rollback undoes what is done now; Django asks for each that is rolled back whether it is one.

    Those are all that were made before, by ``atomic()`` or by hand, because one that has ended is not rolled back any
    more. Django itself knows of those by ``atomic()`` only. The name of a savepoint ends with its number.

    ``transaction`` is the application's transaction inside a TestCase for as long as its hook waits, else None.
    """

    __slots__ = ("_number", "transaction")

    def __init__(self, number: int, transaction: Hashable) -> None:
        self._number = number
        self.transaction = transaction

    def __contains__(self, name: object) -> bool:
        digits = str(name).rpartition("x")[2]
        return digits.isdecimal() and int(digits) <= self._number


def _hooks(connection: BaseDatabaseWrapper) -> list[Any]:
    """What waits for the commit, each with the savepoints that take it along and whether it must not raise."""
    return connection.run_on_commit


def in_testcase(connection: BaseDatabaseWrapper) -> bool:
    """Whether the transaction is one of a TestCase, which never commits."""
    return any(map(_is_testcase, connection.atomic_blocks))


def transaction_of(connection: BaseDatabaseWrapper) -> Hashable:
    """Return a value that tells apart the application's transactions inside a TestCase's own; None outside of a TestCase,
    where a connection has one transaction at a time."""
    if not in_testcase(connection):
        return None
    for place, block in enumerate(connection.atomic_blocks):
        if not _is_testcase(block):
            return block, connection.savepoint_ids[place - 1]  # the block alone may be a decorator's, used again
    return object()


def run_in_testcase() -> None:
    """Run the hooks of the application's transactions that have ended inside a TestCase's own, which never commits.

    Django has already removed the hooks that were rolled back from its list. The list itself stays unchanged, because
    ``captureOnCommitCallbacks`` counts it. The connection may belong to another thread: an async test reads in the event
    loop what synchronous code wrote.
    """
    with _claiming:
        due = [hook for connection in _in_testcases for hook in _claimed(connection)]
    for hook in due:
        hook()


def _claimed(connection: BaseDatabaseWrapper) -> Iterator[Hook]:
    present = transaction_of(connection)
    for since, hook, *_ in list(_hooks(connection)) if present is not None else ():
        if isinstance(hook, Hook) and since.transaction not in (None, present):
            since.transaction = None
            yield hook


def _is_testcase(block: object) -> bool:
    return bool(getattr(block, "_from_testcase", False))
