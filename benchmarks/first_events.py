"""What the first event of a request costs its caller, who pays for the context too: against a call that captures nothing."""

from __future__ import annotations

import os
import sys
from typing import Any

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from benchmarks.calls import BURST, Contenders
from benchmarks.events import PROPERTIES
from benchmarks.flask_requests import app
from benchmarks.requests import configuration, environ
from benchmarks.timing import interleaved, table
from segment_web.flask import current_segment
from segment_web.flask.installed import EXTENSION

PEER = "segment-analytics-python"


def request() -> HttpRequest:
    made = WSGIRequest(environ("/products/monopoly"))
    for middleware in ("sessions.middleware.SessionMiddleware", "auth.middleware.AuthenticationMiddleware"):
        import_string(f"django.contrib.{middleware}")(lambda _: HttpResponse()).process_request(made)
    return made


def in_django(found: Contenders) -> None:
    from segment_web.django import conf  # needs the settings
    from segment_web.django.middleware import open_scope

    made, client = request(), conf.client()
    waiting: list[Any] = []

    def renew() -> None:
        """Scopes are the middleware's, which has them ready; each is used once."""
        client.flush(60)
        waiting[:] = [open_scope(made) for _ in range(BURST)]

    renew()
    found.add("segment_web, in Django", lambda: waiting.pop().track("Order Completed", PROPERTIES), renew)


def in_flask(found: Contenders) -> None:
    made = app(ours=True)
    installed: Any = made.extensions[EXTENSION]
    context = made.test_request_context("/products/monopoly", environ_overrides=environ("/products/monopoly"))
    context.push()

    def first() -> None:
        context.request.environ.pop(installed.key, None)
        current_segment.track("Order Completed", PROPERTIES)

    found.add("segment_web, in Flask", first, lambda: installed.client.flush(60))


def main() -> None:
    settings.configure(**configuration(pages=False))
    django.setup()
    found = Contenders()
    for name in [name for name in found.calls if name != PEER]:
        del found.calls[name]
    in_django(found)
    in_flask(found)
    base = PEER if PEER in found.calls else next(iter(found.calls))
    times = interleaved(found.calls, calls=BURST, after=found.empty)
    print(table("The first event of a request, CPU on the caller's thread", times, base))


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)  # peers wait for their threads
