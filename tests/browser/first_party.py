"""A stand-in for the first-party proxy in front of a site: serves analytics.js below ``/a/`` and keeps what it sends."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

MOUNT = "/a/"
CDN, API = "https://cdn.segment.com", "https://api.segment.io"  # Segment's own
PATIENCE = 10.0  # seconds until an event that does not come is given up
Wsgi = Callable[..., Any]
Message = dict[str, Any]


class FirstParty:
    """A WSGI application around another; ``messages`` are what the browser sent, ``loaded`` counts the library."""

    def __init__(self, site: Wsgi, library: Path, *, key: str) -> None:
        self._site = site
        self._library = library
        self._key = key
        self._arrived = threading.Condition()
        self._messages: list[Message] = []
        self.loaded = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        path = environ["PATH_INFO"]
        if not path.startswith(MOUNT):
            return self._site(environ, start_response)
        status, kind, body = self.answer(path.removeprefix(MOUNT), environ)
        headers = [("Content-Type", kind), ("Content-Length", str(len(body)))]
        start_response(f"{status.value} {status.phrase}", headers)
        return [body]

    def wait(self, count: int) -> list[Message]:
        """The messages, when there are at least so many."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self._messages) >= count, PATIENCE), self._messages
            return list(self._messages)

    def answer(self, path: str, environ: dict[str, Any]) -> tuple[HTTPStatus, str, bytes]:
        if path == f"analytics.js/v1/{self._key}/analytics.min.js":
            self.loaded += 1
            return HTTPStatus.OK, "text/javascript", (self._library / "standalone.js").read_bytes()
        if path == f"v1/projects/{self._key}/settings":
            # No address in it: that events come here is the load options' doing.
            settings = {"integrations": {"Segment.io": {"apiKey": self._key}}, "metrics": {"sampleRate": 0}}
            return HTTPStatus.OK, "application/json", json.dumps(settings).encode()
        if path.startswith("analytics-next/bundles/"):
            return HTTPStatus.OK, "text/javascript", (self._library / Path(path).name).read_bytes()
        if path.startswith("v1/") and environ["REQUEST_METHOD"] == "POST":
            if "wsgi.input" in environ:
                self._keep(json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))))
            return HTTPStatus.OK, "application/json", b'{"success":true}'
        return HTTPStatus.NOT_FOUND, "text/plain", b""

    def _keep(self, message: Message) -> None:
        """A message that was sent again is the same."""
        with self._arrived:
            if all(message["messageId"] != known["messageId"] for known in self._messages):
                self._messages.append(message)
            self._arrived.notify_all()


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Keeps quiet."""


@contextmanager
def serving(application: Wsgi, *, tls: bool) -> Iterator[int]:
    """The port at which the application is served for the length of a block; with ``tls`` by a made-up certificate."""
    certificate = "adhoc" if tls else None
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Quiet, ssl_context=certificate)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
