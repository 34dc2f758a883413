"""Small socket servers that answer well, badly or not at all."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple, Self

DRIP_INTERVAL = 0.1  # seconds between two bytes


class Received(NamedTuple):
    """One request as it came: the request line, headers with lower-case names, the body."""

    line: str
    headers: dict[str, str]
    body: bytes


class HostileServer:
    """Serves each connection in a thread of its own by ``handler(connection, server)`` until it is left.

    ``connections`` counts them and ``contacted`` is set by the first; ``requests`` holds what was read and ``busy`` is
    set by the first.
    """

    def __init__(self, handler: Handler, *, tls: ssl.SSLContext | None = None) -> None:
        self._handler = handler
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []
        self.connections = 0
        self.contacted = threading.Event()
        self.requests: list[Received] = []
        self.busy = threading.Event()
        self.stopping = threading.Event()
        self.port: int = self._listener.getsockname()[1]
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self.port}/v1/batch"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *exc: object) -> None:
        self.stopping.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._sockets:
            with suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
        self.finish()

    def finish(self) -> None:
        """Waits until every connection so far has been served and closed."""
        for thread in self._threads[0 if self.stopping.is_set() else 1 :]:
            thread.join(60)
            assert not thread.is_alive()

    def receive(self, connection: socket.socket) -> Received | None:
        """Reads one request; None when the client has gone."""
        head = b""
        while b"\r\n\r\n" not in head:
            more = connection.recv(65_536)
            if not more:
                return None
            head += more
        head, _, body = head.partition(b"\r\n\r\n")
        line, *fields = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (field.partition(": ") for field in fields)}
        while len(body) < int(headers.get("content-length", 0)):
            body += connection.recv(1 << 18)
        self.requests.append(Received(line, headers, body))
        self.busy.set()
        return self.requests[-1]

    def _start(self, target: Callable[..., None], *args: object) -> None:
        self._threads.append(threading.Thread(target=target, args=args, daemon=True))
        self._threads[-1].start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._sockets.append(connection)
                self.connections += 1
                self.contacted.set()
                self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError):
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
                self._sockets.append(connection)
            self._handler(connection, self)
        connection.close()


Handler = Callable[[socket.socket, HostileServer], None]


def answering(status: int = 200, body: bytes = b'{"success":true}', *headers: str) -> Handler:
    """Answers every request of a connection that stays open."""
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", *headers]
    return sending("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


def sending(raw: bytes) -> Handler:
    """Sends the same bytes after every request."""

    def handle(connection: socket.socket, server: HostileServer) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while server.receive(connection):
            connection.sendall(raw)

    return handle


def dripping(raw: bytes) -> Handler:
    """Sends one byte of ``raw`` at a time, over and over."""

    def handle(connection: socket.socket, server: HostileServer) -> None:
        server.receive(connection)
        position = 0
        while not server.stopping.wait(DRIP_INTERVAL):
            connection.sendall(raw[position : position + 1])
            position = min(position + 1, len(raw) - 1)

    return handle


def hanging(raw: bytes = b"") -> Handler:
    """Sends ``raw`` after the first request, and then nothing."""

    def handle(connection: socket.socket, server: HostileServer) -> None:
        server.receive(connection)
        connection.sendall(raw)
        server.stopping.wait()

    return handle


def resetting(raw: bytes) -> Handler:
    """Sends ``raw`` and resets the connection (RST, no orderly close)."""

    def handle(connection: socket.socket, server: HostileServer) -> None:
        server.receive(connection)
        connection.sendall(raw)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return handle


def ending(raw: bytes) -> Handler:
    """Sends ``raw`` and closes in good order."""

    def handle(connection: socket.socket, server: HostileServer) -> None:
        server.receive(connection)
        connection.sendall(raw)

    return handle


def flooding(raw: bytes, chunk: bytes) -> Handler:
    """Sends ``raw`` and then ``chunk`` without end, until the client closes."""

    def handle(connection: socket.socket, server: HostileServer) -> None:
        server.receive(connection)
        connection.sendall(raw)
        while not server.stopping.is_set():
            connection.sendall(chunk)

    return handle


def reading_slowly(connection: socket.socket, server: HostileServer) -> None:
    """Takes a little of the request at a time."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    while not server.stopping.wait(DRIP_INTERVAL):
        connection.recv(4_096)


def mute(_connection: socket.socket, server: HostileServer) -> None:
    """Accepts and then says and reads nothing, not even in a TLS handshake."""
    server.stopping.wait()
