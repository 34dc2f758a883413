"""SQLAlchemy's model events carry the values that the database has, and no value that only the database knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Computed, Engine, FetchedValue, Numeric, String, event, func, literal, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, column_property, mapped_column

from segment_web.flask.models import track_model
from segment_web.testing import CapturedEvents

CODE = "2f3b9a54-90b5-4c5e-b5a9-0d3c1d7f9e11"
COMPUTED = ("total", "due", "stamp", "rank", "words")
BEFORE = datetime(2026, 1, 5)


class Colour(Enum):
    red = "RED"


class Base(DeclarativeBase):
    pass


class Columns:
    """A column of many types, and others that the database or SQLAlchemy computes."""

    id: Mapped[int] = mapped_column(primary_key=True)
    price: Mapped[Decimal] = mapped_column(Numeric(8, 2), default=1)
    amount: Mapped[int] = mapped_column(default=1)
    rebate: Mapped[int] = mapped_column(default=0)
    label: Mapped[str] = mapped_column(String(20), default="")
    is_open: Mapped[bool] = mapped_column(default=True)
    code: Mapped[UUID | None]
    colour: Mapped[Colour | None]
    weight: Mapped[float | None]
    rate: Mapped[float | None] = mapped_column(Numeric(8, 2, asdecimal=False))
    until: Mapped[datetime | None]
    day: Mapped[date | None]
    total: Mapped[Decimal] = mapped_column(Numeric(12, 2), Computed("price * amount", persisted=True))
    due: Mapped[int] = mapped_column(Computed(text("amount - rebate"), persisted=True))
    stamp: Mapped[datetime | None] = mapped_column(onupdate=func.now())
    rank: Mapped[int] = mapped_column(default=1, server_onupdate=FetchedValue())
    edits: Mapped[int] = mapped_column(default=0, onupdate=lambda context: 5)


names = [
    "price",
    "amount",
    "label",
    "is_open",
    "code",
    "colour",
    "weight",
    "rate",
    "until",
    "day",
    *COMPUTED,
    "edits",
    "fixed",
]
tracked = track_model(created="Offer Made", updated="Offer Changed", deleted="Offer Gone", properties=names)


class Offer(Columns, Base):
    __tablename__ = "offer"


class Eager(Columns, Base):
    """SQLAlchemy fetches what the database has computed."""

    __tablename__ = "eager"
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012 - as users write it


class Plain(Columns, Base):
    """Not tracked."""

    __tablename__ = "plain"


for model in (Offer, Eager, Plain):
    model.words = column_property(func.length(model.label))  # type: ignore[attr-defined]
    model.fixed = column_property(literal(1))  # type: ignore[attr-defined]
    if model is not Plain:
        tracked(model)


@pytest.fixture
def session(bare_engine: Engine) -> Iterator[Session]:
    Base.metadata.create_all(bare_engine)
    with Session(bare_engine) as session:
        yield session
    Base.metadata.drop_all(bare_engine)


ANYWHERE: list[tuple[str, Any]] = [
    ("price", "12.50"),
    ("price", 9.99 * 1.19),
    ("price", Decimal("2.675")),
    ("price", Decimal("2.665")),
    ("price", 3),
    ("amount", "7"),
    ("amount", 7.0),
    ("label", "x"),
    ("is_open", 0),
    ("code", UUID(CODE)),
    ("colour", "red"),
    ("weight", "1.5"),
    ("weight", 2),
    ("rate", 9.99 * 1.19),
]
ON_POSTGRESQL: list[tuple[str, Any]] = [
    ("until", "2026-01-05T10:00:00"),
    ("day", "2026-01-05"),
    ("day", datetime(2026, 1, 5, 10, tzinfo=UTC)),
    ("label", 5),
]


def test_a_value_is_the_one_that_the_database_has(session: Session, events: CapturedEvents) -> None:
    dialect = session.get_bind().dialect.name
    for column, value in [*ANYWHERE, *(ON_POSTGRESQL if dialect == "postgresql" else ())]:
        offer = Offer(**{column: value})
        session.add(offer)
        session.commit()
        had = getattr(offer, column)
        setattr(offer, column, value)
        session.commit()
        events.assert_tracked("Offer Made", properties={column: had}, count=1)
        for message in events.named("Offer Changed"):  # SQLAlchemy stores text over a number all the same
            assert {column, "total", "due", "words"}.isdisjoint(changed(message))
        session.refresh(offer)
        setattr(offer, column, None)  # is not stored
        session.delete(offer)
        session.commit()
        events.assert_tracked("Offer Gone", properties={column: had})
        events.clear()


def test_a_key_is_one_key_however_it_is_written(session: Session, events: CapturedEvents) -> None:
    session.add(Offer(id="7"))
    session.flush()
    session.expunge_all()
    session.get(Offer, 7).amount = 2  # type: ignore[union-attr] # get_one came later than the oldest release
    session.commit()
    assert events.assert_tracked("Offer Made", properties={"amount": 2})["properties"]["offer_id"] == 7
    assert events.names == ["Offer Made"]


CHANGES: dict[str, tuple[Callable[[Any], None], list[str]]] = {
    "a value": (lambda offer: setattr(offer, "price", 2), ["price", "total"]),
    "an expression": (lambda offer: setattr(offer, "price", type(offer).price + 1), ["price", "total"]),
    "a function": (lambda offer: setattr(offer, "label", func.lower("ABC")), ["label", "words"]),
    "a column that is not listed": (lambda offer: setattr(offer, "rebate", 3), ["due"]),
    "an expression beside a value": (
        lambda offer: (setattr(offer, "amount", type(offer).amount + 1), setattr(offer, "label", "x")),  # type: ignore[dict-item,return-value]
        ["amount", "label", "total", "due", "words"],
    ),
}


@pytest.mark.parametrize("model", [Offer, Eager])
@pytest.mark.parametrize("known", [True, False], ids=["loaded", "expired"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_computed_column_is_named_and_never_stale(
    session: Session, events: CapturedEvents, model: type[Any], known: bool, change: str
) -> None:
    offer = model(stamp=BEFORE)
    session.add(offer)
    session.commit()
    if known:
        session.refresh(offer)
    act, expected = CHANGES[change]
    act(offer)
    session.commit()
    message = events.named("Offer Changed")[0]
    assert set(expected) <= set(changed(message)) <= {*expected, "stamp", "rank", "edits", *(() if known else COMPUTED)}
    assert {"stamp", "edits"} <= set(changed(message))
    events.assert_tracked("Offer Changed", properties={name: getattr(offer, name) for name in sent(message)}, count=1)
    assert sent(message) >= set(expected) - set(COMPUTED) - {"price", "amount", "label"}
    session.delete(offer)
    session.commit()
    events.assert_tracked("Offer Gone", properties={"total": offer.total, "due": offer.due})


def test_what_a_flush_has_made_unknown_is_not_sent_from_before(session: Session, events: CapturedEvents) -> None:
    offer = Offer(amount=1, label="x")
    session.add(offer)
    session.flush()
    session.refresh(offer)
    offer.amount = Offer.amount + 1
    session.flush()
    session.commit()
    assert events.names == ["Offer Made"]
    properties = events[0]["properties"]
    assert {"amount", "total", "due", "stamp"}.isdisjoint(properties)
    assert (properties["label"], properties["edits"]) == ("x", 5)


def test_no_statement_is_added(session: Session, events: CapturedEvents) -> None:
    assert statements(session, Offer) == statements(session, Plain)


def statements(session: Session, model: type[Any]) -> list[str]:
    """Return the statements of some lives from INSERT to DELETE."""
    found: list[str] = []

    def see(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        found.append(statement.replace(model.__tablename__, "t"))

    event.listen(session.get_bind(), "before_cursor_execute", see)
    for act, _ in CHANGES.values():
        offer = model()
        session.add(offer)
        session.commit()
        act(offer)
        session.flush()
        act(offer)
        session.commit()
        session.delete(offer)
        session.commit()
    event.remove(session.get_bind(), "before_cursor_execute", see)
    return found


def changed(message: dict[str, Any]) -> list[str]:
    found: list[str] = message["properties"]["changed_fields"]
    return found


def sent(message: dict[str, Any]) -> set[str]:
    return set(message["properties"]).intersection(names)
