"""A Segment that counts, quick enough for a hundred thousand messages: who said what, and what came twice."""

from __future__ import annotations

import gzip
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import orjson

REST_SECONDS = 120.0  # an answer that is kept back leaves at last, so that no test run hangs


class Tally:
    """``messages`` are all that arrived, in order; ``hang`` keeps every answer back until ``recover``."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self._may_answer = threading.Event()
        self._may_answer.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        vars(self._server)["tally"] = self

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.recover()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def who(self) -> Counter[str]:
        """How many messages each ``who`` delivered; a message that came twice fails the test."""
        twice = [name for name, times in Counter(m["messageId"] for m in self.messages).items() if times > 1]
        assert twice == []
        return Counter(message["properties"]["who"] for message in self.messages)

    def hang(self) -> None:
        self._may_answer.clear()

    def recover(self) -> None:
        self._may_answer.set()

    def take(self, body: bytes) -> None:
        self.messages += orjson.loads(body)["batch"]
        self._may_answer.wait(REST_SECONDS)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer, which is two writes, takes 40 ms

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        vars(self.server)["tally"].take(gzip.decompress(body))
        try:
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")
        except OSError:
            self.close_connection = True  # the client has gone meanwhile

    def log_message(self, *_: object) -> None:
        pass
