"""Asks a WSGI application as a WSGI server does (PEP 3333), and several requests at once on threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults

from tests.contracts.app import MEETING, Answer, Headers, Request

PATIENCE = 10.0  # seconds until a meeting to which somebody does not come is given up


class WsgiDriver:
    """``around`` is entered around each request of :meth:`together`, on its thread."""

    def __init__(self, application: Any, around: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        self._application = application
        self._around = around

    def request(self, request: Request) -> Answer:
        return self._ask(environ_of(request))

    def together(self, requests: Sequence[Request]) -> list[Answer]:
        barrier = threading.Barrier(len(requests), timeout=PATIENCE)
        environs = [{**environ_of(request), MEETING: barrier} for request in requests]
        with ThreadPoolExecutor(len(requests)) as threads:
            return list(threads.map(self._ask_around, environs))

    def _ask_around(self, environ: dict[str, Any]) -> Answer:
        with self._around():
            return self._ask(environ)

    def _ask(self, environ: dict[str, Any]) -> Answer:
        begun: list[tuple[str, Headers]] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> None:
            begun.append((status, tuple(headers)))

        chunks = self._application(environ, start_response)
        try:
            body = b"".join(chunks)
        finally:
            getattr(chunks, "close", lambda: None)()
        status, headers = begun[-1]
        return Answer(int(status.split()[0]), headers, body)


def environ_of(request: Request) -> dict[str, Any]:
    """The variables; bytes travel in the guise of Latin-1, repeated headers joined by commas."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": request.mount,
        "PATH_INFO": request.raw_path.decode("latin-1"),
        "QUERY_STRING": request.query,
        "REMOTE_ADDR": request.peer,
        "SERVER_NAME": "server.test",
        "SERVER_PORT": "443" if request.scheme == "https" else "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": request.scheme,
        "wsgi.input": BytesIO(request.body),
        "CONTENT_LENGTH": str(len(request.body)) if request.body else "",
    }
    for name, value in request.sent_headers:
        key = "HTTP_" + name.upper().replace("-", "_")
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    host = environ.get("HTTP_HOST")
    setup_testing_defaults(environ)
    if host is None:
        del environ["HTTP_HOST"]
    return environ
