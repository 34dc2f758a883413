"""Serve a function from HttpRequest to Answer as a WSGI application (PEP 3333)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from segment_web.exchange.answer import Answer
from segment_web.exchange.http import HttpRequest
from segment_web.exchange.urls import absolute_url
from segment_web.exchange.wsgi_headers import WSGI_NAMES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

OWN_NAMES = {"Content-Type": "CONTENT_TYPE", "Content-Length": "CONTENT_LENGTH"}  # without the prefix HTTP_


class WsgiRequest:
    """Read a request from its environ on demand."""

    __slots__ = ("_environ",)

    def __init__(self, environ: WSGIEnvironment) -> None:
        self._environ: dict[str, Any] = environ

    @property
    def method(self) -> str:
        return str(self._environ["REQUEST_METHOD"]).upper()

    @property
    def url(self) -> str:
        environ = self._environ
        host = self.header("Host") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
        path = self._decoded("SCRIPT_NAME").rstrip("/") + self._decoded("PATH_INFO")
        return absolute_url(environ["wsgi.url_scheme"], host, path, self._decoded("QUERY_STRING"))

    def header(self, name: str) -> str:
        value: str = self._environ.get(OWN_NAMES.get(name) or WSGI_NAMES[name], "")
        return value

    def body(self, limit: int) -> bytes | None:
        stream, length = self._environ["wsgi.input"], self.header("Content-Length")
        if length.isascii() and length.isdecimal():
            return stream.read(int(length)) if int(length) <= limit else None
        if not self._environ.get("wsgi.input_terminated"):
            return b""  # without a length the stream has no end that could be waited for
        body: bytes = stream.read(limit + 1)
        return body if len(body) <= limit else None

    def _decoded(self, name: str) -> str:
        """Return a variable as text; WSGI hands bytes over in the guise of Latin-1."""
        text = str(self._environ.get(name, ""))
        return text if text.isascii() else text.encode("latin-1", "replace").decode("utf-8", "replace")


def application(answer: Callable[[HttpRequest], Answer]) -> WSGIApplication:
    """Return the WSGI application that answers each request by ``answer``."""

    def respond(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = WsgiRequest(environ)
        found = answer(request)
        length = {} if found.status in (204, 304) else {"Content-Length": str(len(found.body))}
        start_response(_line(found.status), list({**found.headers, **length}.items()))
        return () if request.method == "HEAD" else (found.body,)

    return respond


def _line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Unknown"
