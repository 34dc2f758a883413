"""Model events of SQLAlchemy: what they say, and that they run no query."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, ForeignKey, create_engine, event, func
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, column_property, mapped_column, relationship

import segment_web
from segment_web.errors import ConfigError
from segment_web.flask import Segment
from segment_web.flask.models import track_model
from segment_web.testing import CapturedEvents


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    password: Mapped[str] = mapped_column(default="secret")


@track_model(created="Customer Made", updated="Customer Changed", properties="__all__", exclude=["name"])
class Member(Customer):
    __tablename__ = "member"
    id: Mapped[int] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    level: Mapped[int] = mapped_column(default=1)
    name_length = column_property(func.length(Customer.name))


class Order(Base):
    __tablename__ = "orders"
    number: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(default="placed")
    total: Mapped[int | None]
    note: Mapped[str | None]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey(Customer.id))
    customer: Mapped[Customer | None] = relationship()

    @property
    def label(self) -> str:
        return f"#{self.number}"


track_model(
    Order,
    created="Order Placed",
    updated="Order Updated",
    deleted="Order Cancelled",
    properties=["number", "status", "total", "customer_id", "label"],
    user="customer_id",
)


class Line(Base):
    __tablename__ = "line"
    order: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[int] = mapped_column(default=1)


track_model(Line, created="Line Added", properties=lambda line: {"amount": line.amount}, when=lambda line: line.amount)


class Untracked(Base):
    __tablename__ = "untracked"
    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int | None]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey(Customer.id))
    customer: Mapped[Customer | None] = relationship()


@track_model(created="Made", updated="Changed", deleted="Gone", properties="__all__", user="customer_id")
class Tracked(Base):
    __tablename__ = "tracked"
    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int | None]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey(Customer.id))
    customer: Mapped[Customer | None] = relationship()


@track_model(created="Reader Made", properties=["card"], mask=["card"], group="club", identify=["name"])
class Reader(Base):
    __tablename__ = "reader"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    card: Mapped[str] = mapped_column(default="4711")
    club: Mapped[int] = mapped_column(default=3)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path}/db.sqlite3")
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine, app: Flask) -> Iterator[Session]:
    with segment_web.scope(anonymous_id="job"), app.app_context(), Session(engine) as session:
        yield session


def test_created(session: Session, events: CapturedEvents) -> None:
    session.add(Order(number="A1", total=5, customer_id=7))
    session.commit()
    placed = events.assert_tracked("Order Placed", user_id=7, count=1)
    assert placed["properties"] == {
        "order_id": "A1",
        "number": "A1",
        "status": "placed",
        "total": 5,
        "customer_id": 7,
        "label": "#A1",
    }


def test_created_with_a_column_left_out_says_null(session: Session, events: CapturedEvents) -> None:
    session.add(Order(number="A1"))
    session.commit()
    assert events.assert_tracked("Order Placed")["properties"]["total"] is None


def test_updated_names_what_changed(session: Session, events: CapturedEvents) -> None:
    order = stored(session)
    order.status, order.total = "shipped", 6
    session.commit()
    events.assert_tracked("Order Updated", properties={"status": "shipped", "changed_fields": ["status", "total"]})


def test_updated_counts_listed_columns_only(session: Session, events: CapturedEvents) -> None:
    stored(session).note = "ring twice"
    session.commit()
    assert events.named("Order Updated") == []


def test_the_same_value_again_is_no_update(session: Session, events: CapturedEvents) -> None:
    order = stored(session)
    order.status = "".join(order.status)
    session.commit()
    assert events.named("Order Updated") == []


def test_updated_without_having_looked_at_the_old_value(session: Session, events: CapturedEvents) -> None:
    order = Order(number="A1")
    session.add(order)
    session.commit()
    order.status = "shipped"  # expired by the commit, and not loaded by setting it
    session.commit()
    events.assert_tracked("Order Updated", properties={"order_id": "A1", "changed_fields": ["status"]}, count=1)


def test_deleted(session: Session, events: CapturedEvents) -> None:
    session.delete(stored(session))
    session.commit()
    events.assert_tracked("Order Cancelled", user_id=7, properties={"order_id": "A1", "total": 5}, count=1)


def test_subclass_columns_and_secrets(session: Session, events: CapturedEvents) -> None:
    session.add(Member(name="Ada", level=2))
    session.commit()
    made = events.assert_tracked("Customer Made", count=1)["properties"]
    assert (made["member_id"], made["level"]) == (1, 2)
    assert {"name", "password"}.isdisjoint(made)


def test_a_person_with_traits_a_mask_and_a_group(session: Session, events: CapturedEvents) -> None:
    reader = Reader(name="Ada")
    session.add(reader)
    session.commit()
    reader.name = "Ada L."
    session.commit()
    made = events.assert_tracked("Reader Made", count=1, context={"groupId": "3"})
    assert made["properties"] == {"reader_id": 1, "card": "[masked]"}
    identified = [(event["userId"], event["traits"]) for event in events if event["type"] == "identify"]
    assert identified == [("1", {"name": "Ada"}), ("1", {"name": "Ada L."})]


def test_composite_key_and_callable_properties(session: Session, events: CapturedEvents) -> None:
    session.add_all([Line(order="A1", place=2), Line(order="A1", place=3, amount=0)])
    session.commit()
    assert [line["properties"] for line in events.named("Line Added")] == [{"line_id": ["A1", 2], "amount": 1}]


def test_no_query_is_added(engine: Engine, app: Flask) -> None:
    with app.app_context():
        assert statements_of(engine, Tracked) == statements_of(engine, Untracked)


def statements_of(engine: Engine, model: type[Any]) -> list[str]:
    """The statements of a life from INSERT to DELETE."""
    found: list[str] = []

    def see(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        found.append(statement.replace(model.__tablename__, "t"))

    event.listen(engine, "before_cursor_execute", see)
    with Session(engine) as session:
        thing = model(id=1)
        session.add(thing)
        session.commit()
        thing.size = 5
        session.commit()
        session.delete(thing)
        session.commit()
    event.remove(engine, "before_cursor_execute", see)
    return found


def test_bulk_statements_make_none(session: Session, events: CapturedEvents) -> None:
    stored(session)
    events.clear()
    session.query(Order).update({"status": "shipped"})
    session.commit()
    assert len(events) == 0


def test_visitor_and_user_of_the_request(app: Flask, engine: Engine, events: CapturedEvents) -> None:
    with app.test_request_context("/buy", headers={"Cookie": "ajs_anonymous_id=visitor"}), Session(engine) as session:
        session.add(Order(number="A1"))
        session.commit()
    events.assert_tracked("Order Placed", anonymous_id="visitor", context={"page": {"path": "/buy"}})


class Unlucky(Base):
    __tablename__ = "unlucky"
    id: Mapped[int] = mapped_column(primary_key=True)


@pytest.mark.parametrize("broken", [{"when": lambda thing: 1 / 0}, {"user": "nobody"}], ids=["when", "user"])
def test_a_callable_that_raises_costs_the_event_only(
    session: Session, events: CapturedEvents, broken: dict[str, Any]
) -> None:
    track_model(Unlucky, created="Thing Made", **broken)
    session.add(Unlucky(id=1))
    session.commit()
    assert session.get(Unlucky, 1) is not None
    assert events.named("Thing Made") == []


@pytest.mark.parametrize(
    ("model", "properties", "complaint"),
    [
        (Order, ["colour"], "no field or attribute 'colour'"),
        (Order, ["customer"], "'customer' is a relationship"),
        (dict, ["keys"], "mapped"),
    ],
)
def test_mistakes_are_errors_at_once(model: type[Any], properties: list[str], complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        track_model(model, created="Made", properties=properties)


def test_models_by_setting(events: CapturedEvents, engine: Engine) -> None:
    app = Flask("shop")
    app.config["SEGMENT_MODELS"] = {f"{__name__}.Customer": {"created": "Customer Stored", "properties": ["name"]}}
    Segment(app, write_key="key", delivery="null")
    with app.app_context(), segment_web.scope(user_id="u1"), Session(engine) as session:
        session.add(Customer(name="Ada"))
        session.commit()
    events.assert_tracked("Customer Stored", properties={"customer_id": 1, "name": "Ada"}, count=1)


def stored(session: Session) -> Order:
    order = Order(number="A1", total=5, customer_id=7)
    session.add(order)
    session.commit()
    session.refresh(order)
    return order
