"""After the commit of a SQLAlchemy session: the last step of an event that is only true if its transaction is.

What waits is kept by transaction: a savepoint that is released hands it to the one around it, one that is rolled back
or closed takes its own along and no more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from segment_web.logs import internal_error

Put = Callable[[], None]
WAITING = "segment_web.waiting"  # in session.info: what waits, by transaction


def after_commit(session: Session | None, put: Put) -> None:
    """Runs ``put`` when what the session is doing now is committed for good, now if it does nothing, never after a
    rollback."""
    boundary = None if session is None else _boundary(session)
    if session is None or boundary is None:
        put()
    else:
        session.info.setdefault(WAITING, {}).setdefault(boundary, []).append(put)


def _boundary(session: Session) -> SessionTransaction | None:
    """The innermost savepoint, else the transaction: what a rollback now would undo."""
    return session.get_nested_transaction() or session.get_transaction()


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    waiting: dict[Any, list[Put]] | None = session.info.get(WAITING)
    boundary = _boundary(session)
    puts = waiting.pop(boundary, None) if waiting and boundary is not None else None
    if not puts or waiting is None or boundary is None:
        return
    if boundary.nested:
        waiting.setdefault(_around(boundary), []).extend(puts)
        return
    for put in puts:
        try:
            put()
        except Exception as error:  # noqa: BLE001 - a commit must not fail because of analytics
            internal_error("after the commit", error)


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
