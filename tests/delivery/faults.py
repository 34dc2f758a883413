"""What a server does to one request: a status, delay, drip, silence, reset, flood or redirect, each a value."""

from __future__ import annotations

import gzip
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

DRIP_INTERVAL = 0.02  # seconds between two bytes
ABRUPTLY = struct.pack("ii", 1, 0)  # SO_LINGER for a close that is a reset
MIB = 1 << 20

Answer = Callable[[socket.socket, threading.Event], bool]


@dataclass(frozen=True, slots=True)
class Fault:
    """``answer(connection, stopping)`` says whether the connection lives on; ``takes`` whether the server keeps the
    messages; with ``reads`` it resets the connection after so many bytes of the request and answers nothing."""

    name: str
    answer: Answer
    takes: bool = False
    reads: int | None = None

    @classmethod
    def status(cls, status: int, *headers: str, body: bytes = b"{}") -> Self:
        """A plain answer; a 2xx takes the batch."""
        return cls(
            f"status {status} {' '.join(headers)}", _says(plain(status, *headers, body=body)), 200 <= status < 300
        )

    @classmethod
    def saying(cls, raw: bytes) -> Self:
        """Any bytes at all, and the end of the connection."""

        def answer(connection: socket.socket, _stopping: threading.Event) -> bool:
            connection.sendall(raw)
            return False

        return cls("says something", answer)

    @classmethod
    def late(cls, seconds: float) -> Self:
        """200, ``seconds`` later."""

        def answer(connection: socket.socket, stopping: threading.Event) -> bool:
            stopping.wait(seconds)
            return _says(plain(200))(connection, stopping)

        return cls(f"late {seconds} s", answer, takes=True)

    @classmethod
    def reset_in_request(cls, offset: int) -> Self:
        """The connection breaks while the request is under way."""
        return cls(f"reset in request at {offset}", _hangs_up, reads=offset)

    @classmethod
    def reset_in_answer(cls, offset: int, *, status: int = 200) -> Self:
        """The server keeps the messages of a 2xx, and the connection breaks in its answer: the client cannot know."""

        def answer(connection: socket.socket, _stopping: threading.Event) -> bool:
            connection.sendall(plain(status)[:offset])
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABRUPTLY)
            return False

        return cls(f"reset in answer {status} at {offset}", answer, takes=200 <= status < 300)

    @classmethod
    def hanging(cls, said: bytes = b"") -> Self:
        """Says ``said`` and then nothing more."""

        def answer(connection: socket.socket, stopping: threading.Event) -> bool:
            connection.sendall(said)
            stopping.wait()
            return False

        return cls("hangs", answer)

    @classmethod
    def dripping(cls, said: bytes) -> Self:
        """Says ``said`` one byte at a time, and its last byte for ever."""

        def answer(connection: socket.socket, stopping: threading.Event) -> bool:
            position = 0
            with suppress(OSError):
                while not stopping.wait(DRIP_INTERVAL):
                    connection.sendall(said[position : position + 1])
                    position = min(position + 1, len(said) - 1)
            return False

        return cls("drips", answer)

    @classmethod
    def flooding(cls, head: bytes, chunk: bytes, total: int) -> Self:
        """Says ``head`` and then ``total`` bytes of ``chunk``, or as many as the client takes."""

        def answer(connection: socket.socket, stopping: threading.Event) -> bool:
            with suppress(OSError):
                connection.sendall(head)
                for _ in range(total // len(chunk)):
                    if stopping.is_set():
                        break
                    connection.sendall(chunk)
            return False

        return cls("floods", answer)


def plain(status: int, *headers: str, body: bytes = b"{}") -> bytes:
    """A whole answer. 1xx, 204 and 304 have no body by HTTP's rules."""
    bodiless = status < 200 or status in (204, 304)
    lines = [f"HTTP/1.1 {status} Said", *headers, *([] if bodiless else [f"Content-Length: {len(body)}"])]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (b"" if bodiless else body)


def reset_connection(connection: socket.socket, *, after: int) -> None:
    """Reads ``after`` bytes and resets."""
    while after > 0 and (more := connection.recv(min(after, MIB))):
        after -= len(more)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABRUPTLY)


def gzip_bomb(mebibytes: int) -> bytes:
    """A small answer that says it is this much larger."""
    body = gzip.compress(bytes(mebibytes * MIB), 9)
    return plain(200, "Content-Encoding: gzip", body=body)


def _says(raw: bytes) -> Answer:
    def answer(connection: socket.socket, _stopping: threading.Event) -> bool:
        connection.sendall(raw)
        return True

    return answer


def _hangs_up(_connection: socket.socket, _stopping: threading.Event) -> bool:
    return False


TAKEN = Fault.status(200, body=b'{"success":true}')
