"""The rows of the contract: for each framework a factory of its application under test.

A framework is added here: a function that is given the running test, whether segment_web is switched on, and its
settings in lower case, and a line in ``FRAMEWORKS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from flask import Flask

from segment_web.django import conf
from segment_web.flask import Segment
from tests.contracts.app import App
from tests.contracts.asgi import AsgiDriver
from tests.contracts.flask_views import Accounts, blueprint
from tests.contracts.wsgi import WsgiDriver

Settings = dict[str, Any]
Factory = Callable[[pytest.FixtureRequest, bool, Settings], App]

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
OURS = "segment_web.django.middleware.SegmentMiddleware"


def django_wsgi(test: pytest.FixtureRequest, on: bool, segment: Settings) -> App:
    configure_django(test, on, segment, "tests.contracts.django_views")
    return App(WsgiDriver(WSGIHandler(), around=own_connection), conf.client() if on else None)


def django_asgi(test: pytest.FixtureRequest, on: bool, segment: Settings) -> App:
    configure_django(test, on, segment, "tests.contracts.django_async_views")
    return App(AsgiDriver(ASGIHandler()), conf.client() if on else None)


def flask(test: pytest.FixtureRequest, on: bool, segment: Settings) -> App:
    app = Flask("contract")
    app.secret_key = "for tests"
    extension = Segment(**segment)
    if on:
        extension.init_app(app)
    Accounts(app, extension)
    app.register_blueprint(blueprint)
    app.register_blueprint(extension.proxy, url_prefix="/a")
    app.add_url_rule("/health", view_func=extension.health)
    if not on:
        return App(WsgiDriver(app), None)
    client = app.extensions["segment"].client
    test.addfinalizer(client.close)
    return App(WsgiDriver(app), client)


FRAMEWORKS: dict[str, Factory] = {"Django WSGI": django_wsgi, "Django ASGI": django_asgi, "Flask": flask}


@contextmanager
def own_connection() -> Iterator[None]:
    """Threads that shared one connection of SQLite's would take rows of each other's queries."""
    try:
        yield
    finally:
        BaseDatabaseWrapper.close(connections["default"])  # SQLite's own keeps a database of the memory open


def configure_django(test: pytest.FixtureRequest, on: bool, segment: Settings, views: str) -> None:
    settings = test.getfixturevalue("settings")
    settings.ALLOWED_HOSTS = ["*"]
    settings.ROOT_URLCONF = views
    settings.MIDDLEWARE = [*MIDDLEWARE, OURS] if on else MIDDLEWARE
    settings.SEGMENT = {name.upper(): value for name, value in segment.items()}
