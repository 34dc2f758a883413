"""How a request can end without an answer, in words that need no HTTP library to import."""

from __future__ import annotations

from enum import StrEnum

from segment_web.errors import SegmentError

MESSAGE_LIMIT = 300  # characters; a log line, not a transcript of what a stranger sent


class FailureKind(StrEnum):
    """Where a request without an answer ended."""

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    PROXY = "proxy"
    WRITE = "write"
    READ = "read"
    TIMEOUT = "timeout"
    PROTOCOL = "protocol"
    ABORTED = "aborted"


class NetworkError(SegmentError):
    """A request that brought no answer: transient in Segment's terms, whatever its ``kind``.

    ``kind`` is one of :class:`FailureKind`; ``status`` is that of a proxy's answer, else 0. ``str()`` is one printable line
    that names the server and never holds credentials, request headers or bytes the server sent.
    """

    def __init__(self, kind: FailureKind, message: str, status: int = 0) -> None:
        super().__init__(kind, _printable(message), status)  # all, so that a pickled failure comes back whole
        self.kind = kind
        self.status = status

    def __str__(self) -> str:
        return str(self.args[1])


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text[:MESSAGE_LIMIT])
