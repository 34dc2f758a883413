"""After the commit of a SQLAlchemy session: who speaks for the changes of its transaction.

What waits is kept by transaction: a savepoint that is released hands it to the one around it, one that is rolled back
or closed takes its own along and no more.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from segment_web.model_events.changes import Change

Waiting = dict[SessionTransaction, dict[Hashable, Change]]
WAITING = "segment_web.waiting"  # in session.info: the last change of each object, by transaction


def before(session: Session | None, key: Hashable) -> Change | None:
    """The last change of ``key`` in what the session is doing now."""
    if session is None or not (waiting := session.info.get(WAITING)):
        return None
    return next((waiting[one][key] for one in _boundaries(session) if key in waiting.get(one, ())), None)


def add(session: Session | None, change: Change) -> None:
    """``change`` speaks when what the session is doing now is committed for good, now if it does nothing, and never after
    a rollback or when another change of its object follows."""
    boundary = None if session is None else _boundary(session)
    if session is None or boundary is None:
        change.speak()
    else:
        waiting: Waiting = session.info.setdefault(WAITING, {})
        _put_last(waiting.setdefault(boundary, {}), change)


def _put_last(changes: dict[Hashable, Change], change: Change) -> None:
    changes.pop(change.key, None)
    changes[change.key] = change


def _boundaries(session: Session) -> Iterator[SessionTransaction]:
    """The innermost savepoint and those around it, to the transaction itself."""
    boundary = _boundary(session)
    while boundary is not None:
        yield boundary
        boundary = _around(boundary) if boundary.nested else None


def _boundary(session: Session) -> SessionTransaction | None:
    """The innermost savepoint, else the transaction: what a rollback now would undo."""
    return session.get_nested_transaction() or session.get_transaction()


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    waiting: Waiting | None = session.info.get(WAITING)
    boundary = _boundary(session)
    changes = waiting.pop(boundary, None) if waiting and boundary is not None else None
    if not changes or waiting is None or boundary is None:
        return
    around = waiting.setdefault(_around(boundary), {}) if boundary.nested else None
    for change in changes.values():
        if around is None:
            change.speak()
        else:
            _put_last(around, change)


@event.listens_for(Session, "after_transaction_end")
def _ended(session: Session, transaction: SessionTransaction) -> None:
    """What is left here was not committed."""
    if waiting := session.info.get(WAITING):
        waiting.pop(transaction, None)


def _around(savepoint: SessionTransaction) -> SessionTransaction:
    outer = savepoint.parent
    while outer is not None and not outer.nested and outer.parent is not None:
        outer = outer.parent
    return outer or savepoint
