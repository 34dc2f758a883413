"""The same pages on each framework, as WSGI applications with segment_web."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections

from segment_web import Analytics
from segment_web.django import conf
from segment_web.flask import Segment
from tests.browser import django_pages, flask_pages
from tests.browser.content import Content

Wsgi = Callable[..., Any]
Settings = dict[str, Any]
Prepare = Callable[[Any], None]  # is given Django's settings or the Flask application: for a policy of CSP

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "segment_web.django.middleware.SegmentMiddleware",
]


def django_site(
    test: pytest.FixtureRequest, content: Content, segment: Settings, proxied: bool, prepare: Prepare
) -> tuple[Wsgi, Analytics]:
    settings = test.getfixturevalue("settings")
    settings.ALLOWED_HOSTS = ["*"]
    settings.ROOT_URLCONF = "tests.browser.django_proxied" if proxied else "tests.browser.django_pages"
    settings.MIDDLEWARE = MIDDLEWARE
    settings.SEGMENT = {name.upper(): value for name, value in segment.items()}
    prepare(settings)
    test.getfixturevalue("monkeypatch").setattr(django_pages, "content", content)
    return _shared(test, WSGIHandler()), conf.client()


def flask_site(
    test: pytest.FixtureRequest, content: Content, segment: Settings, proxied: bool, prepare: Prepare
) -> tuple[Wsgi, Analytics]:
    app = flask_pages.create_app(content, proxied=proxied)
    prepare(app)
    extension = Segment(app, **segment)
    test.addfinalizer(app.extensions["segment"].client.close)
    with app.app_context():
        return app, extension.client


SITES = {"Django": django_site, "Flask": flask_site}


def _shared(test: pytest.FixtureRequest, handler: WSGIHandler) -> Wsgi:
    """A server's threads share the memory's database, as with Django's own test servers."""
    database = connections["default"]
    database.inc_thread_sharing()
    test.addfinalizer(database.dec_thread_sharing)

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        connections["default"] = database
        return handler(environ, start_response)

    return application
