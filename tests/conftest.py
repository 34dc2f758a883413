"""What all tests share: pytest's own fixture for running a fresh project, no skips where CI runs, Celery's broker,
patient examples, an address where nobody is, a database with no more in it than tests ask for."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from django.contrib.contenttypes.management import create_contenttypes
from django.db.models.signals import post_migrate
from hypothesis import settings

from segment_web.logs import log
from tests.effort import scaled

pytest_plugins = ["pytester", "tests.no_skips", "tests.jobs.broker"]

# A shared machine is slow for a moment now and then, and a run that failed must fail again.
settings.register_profile("house", max_examples=scaled(100), deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")


@pytest.fixture(autouse=True)
def _each_log_line_is_due() -> None:
    """A kind of line is logged once a minute: lines of an earlier test must not silence this one's."""
    log.forget()


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address that refuses connections: bound, but not listened on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def django_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The module functions are Django's client's: Flask's tests leave applications behind until they are collected."""
    from segment_web.django import conf

    monkeypatch.setattr("segment_web.current._applications", [conf.client])


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Before the database is made: it has no permissions and types of content, for which no test asks.

    Whatever empties the database, as each test with transactions of its own does, would make them again: 15 ms.
    """
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)
