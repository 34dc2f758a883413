"""Model events and transactions: none for what was rolled back, all for what was committed, in their order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import String
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

import segment_web
from segment_web.flask import Segment
from segment_web.testing import CapturedEvents

db = SQLAlchemy()
segment = Segment(write_key="key", delivery="null")


@segment.track_model(created="Made", updated="Changed", deleted="Gone", properties=["size", "colour"])
class Thing(db.Model):  # type: ignore[name-defined,misc]
    name: Mapped[str] = mapped_column(String(9), primary_key=True)
    size: Mapped[int] = mapped_column(default=1)
    colour: Mapped[str] = mapped_column(String(9), default="grey")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    app = Flask("shop")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path}/db.sqlite3"
    db.init_app(app)
    segment.init_app(app)
    with app.app_context(), segment_web.scope(user_id="job"):
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


def make(name: str) -> None:
    db.session.add(Thing(name=name))
    db.session.flush()


def resize(name: str, size: int) -> None:
    db.session.get(Thing, name).size = size
    db.session.flush()


def remove(name: str) -> None:
    db.session.delete(db.session.get(Thing, name))
    db.session.flush()


def told(events: CapturedEvents) -> list[str]:
    return [f"{event['event']} {event['properties']['thing_id']}" for event in events]


@pytest.mark.usefixtures("app")
class TestTransactions:
    def test_nothing_before_the_commit(self, events: CapturedEvents) -> None:
        make("a")
        assert told(events) == []
        db.session.commit()
        assert told(events) == ["Made a"]

    def test_rollback(self, events: CapturedEvents) -> None:
        make("a")
        db.session.rollback()
        make("b")
        db.session.commit()
        assert told(events) == ["Made b"]

    def test_close_without_commit(self, events: CapturedEvents) -> None:
        make("a")
        db.session.remove()
        db.session.commit()
        assert told(events) == []

    def test_created_and_updated_is_created_with_the_last_values(self, events: CapturedEvents) -> None:
        make("a")
        resize("a", 2)
        resize("a", 3)
        db.session.commit()
        assert told(events) == ["Made a"]
        assert events[0]["properties"]["size"] == 3

    def test_values_are_those_of_the_flush(self, events: CapturedEvents) -> None:
        make("a")
        db.session.expire_all()
        db.session.commit()
        assert events[0]["properties"]["size"] == 1

    def test_updates_are_one_with_all_that_changed(self, events: CapturedEvents) -> None:
        make("a")
        db.session.commit()
        resize("a", 2)
        with db.session.begin_nested():
            db.session.get(Thing, "a").colour = "red"
        db.session.commit()
        assert told(events) == ["Made a", "Changed a"]
        assert events[1]["properties"]["changed_fields"] == ["size", "colour"]

    def test_updated_and_deleted_is_deleted(self, events: CapturedEvents) -> None:
        make("a")
        db.session.commit()
        resize("a", 2)
        remove("a")
        db.session.commit()
        assert told(events) == ["Made a", "Gone a"]

    def test_a_savepoint_takes_its_changes_with_it(self, events: CapturedEvents) -> None:
        make("a")
        savepoint = db.session.begin_nested()
        resize("a", 2)
        savepoint.rollback()
        savepoint = db.session.begin_nested()
        remove("a")
        savepoint.rollback()
        db.session.commit()
        assert told(events) == ["Made a"]
        assert events[0]["properties"]["size"] == 1

    def test_savepoint_released(self, events: CapturedEvents) -> None:
        make("a")
        with db.session.begin_nested():
            make("b")
        make("c")
        assert told(events) == []
        db.session.commit()
        assert told(events) == ["Made a", "Made b", "Made c"]

    def test_savepoint_rolled_back_takes_its_own_only(self, events: CapturedEvents) -> None:
        make("a")
        savepoint = db.session.begin_nested()
        make("b")
        savepoint.rollback()
        make("c")
        db.session.commit()
        assert told(events) == ["Made a", "Made c"]

    def test_released_in_a_savepoint_that_is_rolled_back(self, events: CapturedEvents) -> None:
        outer = db.session.begin_nested()
        make("a")
        with db.session.begin_nested():
            make("b")
        outer.rollback()
        make("c")
        db.session.commit()
        assert told(events) == ["Made c"]

    def test_rolled_back_in_a_savepoint_that_is_released(self, events: CapturedEvents) -> None:
        with db.session.begin_nested():
            make("a")
            inner = db.session.begin_nested()
            make("b")
            inner.rollback()
        db.session.commit()
        assert told(events) == ["Made a"]

    def test_released_savepoint_in_a_rollback(self, events: CapturedEvents) -> None:
        with db.session.begin_nested():
            make("a")
        db.session.rollback()
        db.session.commit()
        assert told(events) == []

    def test_outer_savepoint_rolled_back_while_the_inner_is_open(self, events: CapturedEvents) -> None:
        make("a")
        outer = db.session.begin_nested()
        make("b")
        db.session.begin_nested()
        make("c")
        outer.rollback()
        db.session.commit()
        assert told(events) == ["Made a"]

    def test_commit_while_savepoints_are_open(self, events: CapturedEvents) -> None:
        make("a")
        db.session.begin_nested()
        make("b")
        db.session.begin_nested()
        make("c")
        while db.session().in_transaction():
            db.session.commit()
        assert told(events) == ["Made a", "Made b", "Made c"]

    def test_integrity_error(self, events: CapturedEvents) -> None:
        make("a")
        db.session.commit()
        db.session.expunge_all()
        db.session.add_all([Thing(name="b"), Thing(name="a")])
        with pytest.raises(IntegrityError):
            db.session.commit()
        db.session.rollback()
        make("c")
        db.session.commit()
        assert told(events) == ["Made a", "Made c"]

    def test_integrity_error_in_a_savepoint(self, events: CapturedEvents) -> None:
        make("a")
        db.session.commit()
        db.session.expunge_all()
        make("b")
        with pytest.raises(IntegrityError), db.session.begin_nested():
            make("a")
        make("c")
        db.session.commit()
        assert told(events) == ["Made a", "Made b", "Made c"]

    def test_two_sessions_do_not_mix(self, events: CapturedEvents) -> None:
        with db.session.session_factory() as one:
            one.add(Thing(name="a"))
            one.commit()
            one.add(Thing(name="b"))
            one.flush()
            one.rollback()
        make("c")
        db.session.commit()
        assert told(events) == ["Made a", "Made c"]

    def test_nothing_is_kept_after_the_end(self) -> None:
        make("a")
        with db.session.begin_nested():
            make("b")
        db.session.commit()
        make("c")
        db.session.rollback()
        assert not any(db.session().info.values())

    def test_created_and_deleted_is_nothing(self, events: CapturedEvents) -> None:
        make("a")
        remove("a")
        db.session.commit()
        assert told(events) == []

    def test_events_of_one_commit_have_their_own_times_and_ids(self, events: CapturedEvents) -> None:
        make("a")
        make("b")
        db.session.commit()
        assert told(events) == ["Made a", "Made b"]
        assert len({event["messageId"] for event in events}) == 2
