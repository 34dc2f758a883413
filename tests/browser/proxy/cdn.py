"""A CDN of Segment's kind on this machine, which can break down and remembers all it was asked."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple, Self

import orjson

KEY = "contract-write-key"
LIBRARY = f"analytics.js/v1/{KEY}/analytics.min.js"
PROJECT = f"v1/projects/{KEY}/settings"
CHUNK = "analytics-next/bundles/ajs-destination.bundle.40628baed746e9904edc.js"
DESTINATION = "next-integrations/actions/braze/9a8b7c6d5e4f.js"
OLD_DESTINATION = "next-integrations/integrations/mixpanel/2.5.1/mixpanel.dynamic.js.gz"
SETTINGS = {
    "integrations": {"Segment.io": {"apiKey": KEY, "apiHost": "api.segment.io/v1", "bundled": True}, "Braze": {"a": 1}},
    "metrics": {"sampleRate": 0.1},
    "remotePlugins": [{"name": "Braze", "url": f"https://cdn.segment.com/{DESTINATION}"}],
}


@dataclass(frozen=True)
class Served:
    body: bytes
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


class Asked(NamedTuple):
    path: str
    headers: dict[str, str]


class CdnServer(ThreadingHTTPServer):
    """``files`` by their paths, ``asked`` in order; ``answers`` is cleared to let requests wait, ``waiting`` says that
    one does."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files = {
            LIBRARY: Served(b"window.analytics = {}"),
            PROJECT: Served(orjson.dumps(SETTINGS), headers=(("Content-Type", "application/json"),)),
            CHUNK: Served(b"chunk()"),
            DESTINATION: Served(b"braze()"),
            OLD_DESTINATION: Served(b"\x1f\x8b packed", headers=(("Content-Encoding", "gzip"),)),
        }
        self.asked: list[Asked] = []
        self.answers = threading.Event()
        self.answers.set()
        self.waiting = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def break_down(self, status: int = 503) -> None:
        """Every file is an error from now on."""
        self.files = {path: Served(b"down", status) for path in self.files}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.answers.set()
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: CdnServer

    def do_GET(self) -> None:
        path = self.path.removeprefix("/")
        self.server.asked.append(Asked(path, {name.lower(): value for name, value in self.headers.items()}))
        self.server.waiting.set()
        self.server.answers.wait(10)
        served = self.server.files.get(path, Served(b"not here", 404))
        self.send_response(served.status)
        for name, value in served.headers:
            self.send_header(name, value)
        self.send_header("Set-Cookie", "tracker=1; Path=/")
        self.send_header("Content-Length", str(len(served.body)))
        self.end_headers()
        self.wfile.write(served.body)

    def log_message(self, format: str, *args: object) -> None:
        """Keeps quiet."""
