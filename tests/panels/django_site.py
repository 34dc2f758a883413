"""The pages of the Django project, served by WSGI and by ASGI in one process, until its standard input ends."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator

import uvicorn
from debug_toolbar.toolbar import debug_toolbar_urls
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler, StaticFilesHandler
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path
from django.views import View
from werkzeug.serving import WSGIRequestHandler, make_server

import segment_web
from segment_web.django import TrackEventMixin, track_event
from segment_web.django.asgi import SegmentASGI
from tests.panels.said import EVENT, PAGE, PROPERTIES


def _speak() -> HttpResponse:
    segment_web.track(EVENT, PROPERTIES)
    segment_web.track("")
    with segment_web.disabled():
        segment_web.track("Order Refunded")
    return HttpResponse(PAGE)


@track_event("Plan Upgraded")
def page(request: HttpRequest) -> HttpResponse:
    return _speak()


@track_event("Plan Upgraded")
async def async_page(request: HttpRequest) -> HttpResponse:
    return _speak()


def stream(request: HttpRequest) -> StreamingHttpResponse:
    def lines() -> Iterator[bytes]:
        yield b"one"
        segment_web.track("Export Finished", user_id="7")  # a stream comes too late for a new anonymous id
        yield b"two"

    return StreamingHttpResponse(lines(), content_type="text/plain")


@transaction.atomic
@track_event("Order Placed", on_commit=True)
def order(request: HttpRequest) -> HttpResponse:
    transaction.set_rollback("rolled-back" in request.GET)
    return HttpResponse(PAGE)


class Shelf(TrackEventMixin, View):
    segment_event = "Shelf Viewed"

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(PAGE)


def error(request: HttpRequest) -> HttpResponse:
    segment_web.track("Checkout Began")
    raise ValueError("on purpose")


urlpatterns = [
    path("", page),
    path("async/", async_page),
    path("stream/", stream),
    path("error/", error),
    path("shelf/", Shelf.as_view()),
]
urlpatterns += [path("order/", order)]
urlpatterns += debug_toolbar_urls()


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Keeps quiet."""


def serve() -> None:
    """Prints the two addresses, one a line, once both take connections."""
    wsgi = make_server("127.0.0.1", 0, StaticFilesHandler(get_wsgi_application()), True, request_handler=_Quiet)
    threading.Thread(target=wsgi.serve_forever, daemon=True).start()
    listener = socket.create_server(("127.0.0.1", 0))
    asgi = SegmentASGI(ASGIStaticFilesHandler(get_asgi_application()))
    server = uvicorn.Server(uvicorn.Config(asgi, log_level="critical"))
    threading.Thread(target=server.run, args=([listener],), daemon=True).start()
    print(f"http://127.0.0.1:{wsgi.port}", f"http://127.0.0.1:{listener.getsockname()[1]}", sep="\n", flush=True)
    sys.stdin.read()
