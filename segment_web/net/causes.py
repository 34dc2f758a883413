"""httpcore's exceptions in the words of ``failures``: one table, and only details that are safe to log."""

from __future__ import annotations

import os
import ssl
from typing import Final

import httpcore

from segment_web.net.failures import FailureKind, NetworkError
from segment_web.net.sockets import HandshakeError, ResolveError

# What ends a request without an answer. ValueError: a header with characters that HTTP cannot carry.
NETWORK_ERRORS: Final = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
    httpcore.ConnectionNotAvailable,
    OSError,
    ValueError,
)

# The first class that fits decides, so the special come before the general.
_TABLE: Final[tuple[tuple[type[Exception], FailureKind, str], ...]] = (
    (httpcore.ConnectTimeout, FailureKind.TIMEOUT, "{where} could not be reached in time"),
    (httpcore.WriteTimeout, FailureKind.TIMEOUT, "{where} did not take the request in time"),
    (httpcore.ReadTimeout, FailureKind.TIMEOUT, "{where} did not answer in time"),
    (httpcore.TimeoutException, FailureKind.TIMEOUT, "the connection to {where} did not become free in time"),
    (ResolveError, FailureKind.DNS, "the name of {where} could not be resolved"),
    (HandshakeError, FailureKind.TLS, "no trusted TLS connection to {where}"),
    (httpcore.ConnectError, FailureKind.CONNECT, "no connection to {where}"),
    (httpcore.WriteError, FailureKind.WRITE, "the connection to {where} broke while sending"),
    (httpcore.ReadError, FailureKind.READ, "the connection to {where} broke before the answer was whole"),
    (httpcore.ProxyError, FailureKind.PROXY, "the proxy refused to connect to {where}"),
    (httpcore.RemoteProtocolError, FailureKind.PROTOCOL, "{where} broke off or answered something other than HTTP"),
    (OSError, FailureKind.CONNECT, "no connection to {where}"),
    (Exception, FailureKind.PROTOCOL, "the request to {where} is not valid HTTP"),
)


def failure_of(error: Exception, where: str) -> NetworkError:
    """The failure for one of ``NETWORK_ERRORS``; ``where`` is the server's host and port.

    The library's own message is not used: it quotes request headers (the write key) and what the server sent.
    """
    kind, sentence = next((kind, sentence) for family, kind, sentence in _TABLE if isinstance(error, family))
    detail = _detail(error.args[0] if error.args else None)
    status = _status(error) if isinstance(error, httpcore.ProxyError) else 0
    detail = f"HTTP {status}" if status else detail
    return NetworkError(kind, sentence.format(where=where) + (f" ({detail})" if detail else ""), status)


def _status(error: httpcore.ProxyError) -> int:
    """Return the status of the proxy's answer, with which the library's message begins; else 0."""
    first = str(error).partition(" ")[0]
    return int(first) if len(first) == len("407") and first.isascii() and first.isdigit() else 0


def _detail(cause: object) -> str:
    if isinstance(cause, TimeoutError) or not isinstance(cause, OSError):
        return ""
    if isinstance(cause, ssl.SSLCertVerificationError):
        return cause.verify_message
    if isinstance(cause, ssl.SSLError):
        return cause.reason or ""
    return cause.strerror or (os.strerror(cause.errno) if cause.errno else "")
