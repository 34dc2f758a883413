"""A threaded WSGI server with keep-alive, on top of Werkzeug's, which closes every connection after one answer.

A client that reuses its connection must be served as fast as Segment serves it: answers leave in one piece and at once
(without that, Nagle's algorithm and delayed acknowledgements cost 40 ms each), and the next request may follow.
"""

from __future__ import annotations

import io
import logging
import socket
import threading
from typing import TYPE_CHECKING, Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Response

from segment_web.collector.endpoint import MAX_WIRE_BYTES

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

logger = logging.getLogger(__name__)

IDLE_SECONDS = 120.0
"""How long a silent connection is kept; clients drop theirs earlier."""

POLL_SECONDS = 0.05
"""How soon the accepting loop notices that it should end; it sleeps in between."""


class UnreadableBodyError(Exception):
    """A body whose end cannot be found, so that the connection cannot be used any longer."""


class KeepAliveHandler(WSGIRequestHandler):
    """Serves one connection: request after request until the client closes it."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    wbufsize = -1
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        """Answer one request; the base class calls this for every HTTP method."""
        if self.headers.get("Expect", "").strip().lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.wfile.flush()
        environ = self.make_environ()
        try:
            body = self._read_body(environ)
        except UnreadableBodyError as error:
            self.close_connection = True
            self._send(Response(f"{error}\n", status=400))
            return
        if body is not None:
            environ["wsgi.input"] = io.BytesIO(body)
            environ["CONTENT_LENGTH"] = str(len(body))
            self._send(Response.from_app(self.server.app, environ, buffered=True))

    def _read_body(self, environ: dict[str, Any]) -> bytes | None:
        """The whole body, None if the client went away in the middle of it."""
        if environ.get("wsgi.input_terminated"):
            return self._read_chunks(environ["wsgi.input"])
        declared = environ.get("CONTENT_LENGTH") or "0"
        if not (declared.isascii() and declared.isdecimal()):
            raise UnreadableBodyError("Content-Length is not a number")
        length = int(declared)
        if length > MAX_WIRE_BYTES:
            raise UnreadableBodyError("the body is too large")
        body = self.rfile.read(length)
        self.close_connection |= len(body) < length
        return body if len(body) == length else None

    def _read_chunks(self, chunks: io.RawIOBase) -> bytes:
        try:
            body = io.BufferedReader(chunks).read(MAX_WIRE_BYTES + 1)
        except OSError as error:
            raise UnreadableBodyError("the chunked body is malformed") from error
        if len(body) > MAX_WIRE_BYTES:
            raise UnreadableBodyError("the body is too large")
        return body

    def _send(self, response: Response) -> None:
        bodiless = self.command == "HEAD" or response.status_code in (204, 304)
        self.send_response(response.status_code, response.status.partition(" ")[2])
        for name, value in response.headers.items():
            if name.lower() != "content-length":
                self.send_header(name, value)
        if response.status_code not in (204, 304):
            self.send_header("Content-Length", str(len(response.get_data())))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if not bodiless:
            self.wfile.write(response.get_data())
        self.wfile.flush()

    def log(self, type: str, message: str, *args: Any) -> None:
        """Keep quiet unless asked: the recorder shows every request anyway."""
        logger.debug(message, *args)


class KeepAliveServer(ThreadedWSGIServer):
    """One thread per connection, which can be cut off: when the server stops, its connections do."""

    daemon_threads = True

    def __init__(self, app: WSGIApplication, listener: socket.socket) -> None:
        self._quiet = threading.Condition()
        self._connections: set[socket.socket] = set()
        host, port = listener.getsockname()[:2]
        super().__init__(host, port, app, KeepAliveHandler, fd=listener.fileno())

    def run(self) -> None:
        """Serve until :meth:`stop`, on the calling thread."""
        self.serve_forever(poll_interval=POLL_SECONDS)

    def stop(self, timeout: float) -> None:
        """Accept no more, cut the open connections off, wait up to ``timeout`` seconds until their threads are done."""
        self.shutdown()
        with self._quiet:
            for connection in self._connections:
                cut_off(connection)
            self._quiet.wait_for(lambda: not self._connections, timeout)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._quiet:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self._quiet:
            self._connections.discard(request)
            self._quiet.notify_all()

    def log(self, type: str, message: str, *args: Any) -> None:
        logger.warning(message, *args)


def cut_off(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        logger.debug("the client closed its connection first")
