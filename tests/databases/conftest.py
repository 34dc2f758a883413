"""Django and SQLAlchemy on SQLite and on a PostgreSQL of our own; pytest-django's databases have no part in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import StaticPool

import segment_web
from segment_web.testing import CapturedEvents, capture_events
from tests.databases import postgresql
from tests.django_project.library.models import Film, Item, Loan, Member, Offer, Shelf

BOTH = ("SQLite", "PostgreSQL")
TABLES = (Loan, Item, Film, Shelf, Member, Offer)


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """The folder with PostgreSQL's socket; one server for a run, in the process that needs it."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    with postgresql.cluster() as folder:
        yield folder


@pytest.fixture(scope="package", params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="package")
def location(kind: str, request: pytest.FixtureRequest) -> dict[str, Any]:
    """Where the database is, as a setting of Django's."""
    if kind == "SQLite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    folder = request.getfixturevalue("cluster")
    named = {"NAME": postgresql.NAME, "USER": postgresql.OWNER, "HOST": folder}
    return {"ENGINE": "django.db.backends.postgresql", **named}


@pytest.fixture(scope="package")
def tables(kind: str, location: dict[str, Any], django_db_blocker: Any) -> Iterator[str]:
    with django_db_blocker.unblock(), database(kind.lower(), location) as alias:
        yield alias


@pytest.fixture
def using(tables: str, django_db_blocker: Any) -> Iterator[str]:
    """The alias of a database of Django's with the library's tables, empty."""
    with django_db_blocker.unblock():
        yield tables
        for model in reversed(TABLES):
            model._base_manager.using(tables).all()._raw_delete(tables)


@contextmanager
def database(alias: str, location: dict[str, Any]) -> Iterator[str]:
    """A database of this ``alias``, which Django knows inside the block."""
    connections.settings[alias] = connections.configure_settings({"default": {}, alias: location})[alias]
    connection = connections[alias]
    try:
        with connection.schema_editor() as editor:
            for model in TABLES:
                editor.create_model(model)
        yield alias
        if connection.vendor == "postgresql":
            with connection.schema_editor() as editor:
                for model in reversed(TABLES):
                    editor.delete_model(model)
    finally:
        connection.close()
        del connections[alias], connections.settings[alias]


@pytest.fixture
def bare_engine(kind: str, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database of SQLAlchemy's, without tables."""
    if kind == "SQLite":
        engine = create_engine("sqlite://", poolclass=StaticPool)
        event.listen(engine, "connect", _leave_transactions_to_us)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    else:
        folder = request.getfixturevalue("cluster")
        engine = create_engine(f"postgresql+psycopg://{postgresql.OWNER}@/{postgresql.NAME}?host={folder}")
    yield engine
    engine.dispose()


def _leave_transactions_to_us(connection: Any, record: object) -> None:
    """As SQLAlchemy's documentation has it: Python's module would begin one too late for a savepoint."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")


@pytest.fixture
def events() -> Iterator[CapturedEvents]:
    """What a user says, whoever asks."""
    with capture_events() as captured, segment_web.scope(user_id="u1"):
        yield captured
