"""SQLAlchemy's random trees of transactions: no phantom, none missing, one event per object and transaction, no query more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import pytest
from sqlalchemy import Engine, ForeignKey, delete, event, select
from sqlalchemy.exc import IntegrityError, InvalidRequestError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from segment_web.flask.models import track_model
from segment_web.testing import CapturedEvents
from tests.databases.tree import Row, Tree, Undone, heard
from tests.effort import scaled

TREES = {"sqlite": scaled(60), "postgresql": scaled(30)}


class Base(DeclarativeBase):
    pass


@track_model(created="Item Made", updated="Item Changed", deleted="Item Gone", properties=["size", "colour"])
class Thing(Base):
    __tablename__ = "thing"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    size: Mapped[int]
    colour: Mapped[str]


@track_model(created="Note Written", properties=["thing_id"])
class Note(Base):
    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)
    thing_id: Mapped[int] = mapped_column(ForeignKey(Thing.id, initially="DEFERRED", deferrable=True))


class SessionTree(Tree):
    expected: ClassVar = (Undone, IntegrityError, InvalidRequestError)  # the last of a block whose savepoint is gone

    def __init__(self, seed: int, session: Session) -> None:
        super().__init__(seed, range(1, 5))
        self.session = session

    @contextmanager
    def transaction(self, depth: int, joined: bool) -> Iterator[None]:
        with self.session.begin_nested() if depth else self.session.begin():
            yield

    def savepoint(self) -> Any:
        return self.session.begin_nested()

    def end(self, savepoint: Any, undone: bool) -> None:
        savepoint.rollback() if undone else savepoint.commit()

    def make(self, key: int, row: Row) -> None:
        self.add(Thing(id=key, **row))

    def change(self, key: int, column: str, value: object) -> Row:
        thing = self.get(key)
        setattr(thing, column, value)
        self.statements += self.session.is_modified(thing)
        self.session.flush()
        return {name: getattr(thing, name) for name in ("name", "size", "colour")}

    def remove(self, key: int) -> None:
        thing = self.get(key)
        self.session.delete(thing)
        self.statements += 1
        self.session.flush()

    def get(self, key: int) -> Thing:
        self.session.expunge_all()
        self.statements += 1
        return self.session.get(Thing, key)  # type: ignore[return-value] # get_one came later than the oldest release

    def add(self, row: Base) -> None:
        self.statements += 1
        self.session.add(row)
        self.session.flush()

    def clash(self) -> None:
        self.add(Thing(name=next(iter(self.rows.values()))["name"], size=0, colour="grey"))

    def clash_unheard(self) -> None:
        try:
            self.clash()
        except IntegrityError:
            self.doomed = True  # the session has rolled the savepoint back already, or all

    def dangle(self) -> None:
        self.add(Note(thing_id=999))


@pytest.fixture
def engine(bare_engine: Engine) -> Iterator[Engine]:
    """A database with the tables."""
    Base.metadata.create_all(bare_engine)
    yield bare_engine
    Base.metadata.drop_all(bare_engine)


def test_random_trees(engine: Engine, events: CapturedEvents) -> None:
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _, __, sql, *___: statements.append(sql))
    for seed in range(TREES[engine.dialect.name]):
        with Session(engine) as session:
            tree = SessionTree(seed, session)
            for _ in range(3):
                statements.clear()
                tree.statements = 0
                tree.run()
                ours = [sql for sql in statements if sql.startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))]
                assert len(ours) == tree.statements, f"seed {seed}"
        with engine.begin() as connection:
            rows = connection.execute(select(Thing.id, Thing.size, Thing.colour)).all()
            connection.execute(delete(Thing))
        assert sorted(map(tuple, rows)) == sorted((key, row["size"], row["colour"]) for key, row in tree.rows.items())
        assert heard(events, "thing_id") == sorted(tree.spoken), f"seed {seed}"
        events.clear()
