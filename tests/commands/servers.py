"""Servers that are wrong in one way each, and one that is right: real ones, on a port of this machine."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Answering(BaseHTTPRequestHandler):
    """Answers everything with ``status``, as of ``ahead`` seconds from now."""

    status = 200
    ahead = 0.0
    body = b"{}"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    do_GET = do_POST  # noqa: N815 - the name that the base class looks for

    def date_time_string(self, timestamp: float | None = None) -> str:
        """What stands in the Date header."""
        return super().date_time_string(time.time() + self.ahead)

    def log_message(self, *_: Any) -> None:
        """Nothing on the terminal."""


class Quiet(ThreadingHTTPServer):
    """One whose clients may hang up in the middle of a handshake."""

    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Nothing on the terminal."""


@contextmanager
def serving(tls: ssl.SSLContext | None = None, **answer: Any) -> Iterator[str]:
    """The address of a server that answers so."""
    with Quiet(("127.0.0.1", 0), type("Answer", (Answering,), answer)) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
