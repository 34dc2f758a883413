"""Posts bytes to a server, or gets a file of it, and brings back its answer within a deadline, whatever it does.

It stands on httpcore, the engine of httpx, and not on ``httpx.Client``: the client parses the target of a redirect
that nobody follows (and fails on a bad one), keeps cookies, replaces ``Authorization`` by a password found in the URL,
and logs every URL. Importing this module takes a while: it is done when the first delivery is set up.
"""

from __future__ import annotations

import math
import re
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

import httpcore

from segment_web.net.causes import NETWORK_ERRORS, failure_of
from segment_web.net.connections import Target, check_ca_file, open_pool, read_proxy, target_of, tls_context
from segment_web.net.deadline import Deadline, current_deadline
from segment_web.net.failures import FailureKind, NetworkError
from segment_web.net.framing import is_exact
from segment_web.net.sockets import DeadlineBackend
from segment_web.process import fork_lock
from segment_web.settings.secret import Secret

RESPONSE_LIMIT: Final = 65_536  # bytes of a body; answers are a few dozen, and a server may be hostile
POOL_LIFETIME: Final = 3_600.0  # seconds; the addresses behind a host change, and only a new connection resolves anew
FAILURES_TO_RENEW: Final = 2  # in a row: the address may be the fault
# RFC 9110, 5.5. Asked here, because httpcore writes a value that breaks it into its debug log, and it may be a secret.
_FIELD_VALUE: Final = re.compile(r"(?:[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)?")
_OWN_HEADERS: Final = frozenset({"host", "content-length", "transfer-encoding", "accept-encoding"})


class Response(NamedTuple):
    """An answer: ``headers`` with lower-case names, ``body`` cut at the request's limit, ``elapsed`` seconds."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    elapsed: float


class Session:
    """One connection to one server, kept alive, opened by the first request and renewed as it ages or fails.

    ``timeout``: seconds for a whole request (connect, TLS, send, read; name resolution is not counted);
    ``connect_timeout``: seconds for each address of the host, and for TLS; ``proxy``: an ``http://`` URL (the
    environment is not asked); ``ca_file``: PEM certificates to trust besides the public ones; ``clock``: monotonic
    seconds. Raises ConfigError for a proxy or a file that cannot be used. Any thread may call any method.
    """

    def __init__(
        self,
        *,
        timeout: float,
        connect_timeout: float = 4.0,
        proxy: Secret | str | None = None,
        ca_file: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        check_ca_file(ca_file)
        self._timeout = timeout
        self._timeouts = {"connect": connect_timeout, "pool": timeout}
        self._proxy = read_proxy(proxy)
        self._ca_file = ca_file
        self._clock = clock
        self._start_fresh()

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Response:
        """Sends ``body`` and returns the answer, whatever its status; redirects are not followed.

        Host, Content-Length and ``Accept-Encoding: identity`` are set here. Raises NetworkError when there is no
        whole answer, and nothing else.
        """
        return self._request("POST", url, body, headers, RESPONSE_LIMIT)

    def get(self, url: str, headers: Mapping[str, str], *, limit: int) -> Response:
        """Gets a file, of which at most ``limit`` bytes are read; all else as :meth:`post`."""
        return self._request("GET", url, None, headers, limit)

    def _request(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], limit: int) -> Response:
        deadline = Deadline(min(self._timeout, self._end - self._clock()), self._clock)
        self._flights.add(deadline)
        token = current_deadline.set(deadline)
        try:
            answer = self._attempt(method, url, body, headers, limit, deadline)
        finally:
            current_deadline.reset(token)
            self._flights.discard(deadline)
            if self._closing:
                self.close()  # it found the connection in use, and left it to us
        self._count(answer)
        if isinstance(answer, Response):
            return answer
        try:
            raise answer  # out here it has no context: the library's errors quote headers
        finally:
            del answer  # else it and this frame hold each other, and the body, until the next garbage collection

    def renew(self) -> None:
        """Lets the next request open a new connection, to addresses resolved anew."""
        self._failures = FAILURES_TO_RENEW

    def abort(self) -> None:
        """Ends the request in flight with a NetworkError, from another thread, and every later one at once.

        A name resolution under way cannot be interrupted; the request ends after it. A connection attempt that begins
        at this very moment may still last its ``connect_timeout``.
        """
        self._aborted = True
        for deadline in tuple(self._flights):
            deadline.cancel()

    def end_by(self, moment: float) -> None:
        """No request from now on lasts beyond ``moment`` of the clock, whatever its timeout; infinity: as before."""
        self._end = moment

    def close(self) -> None:
        """Closes the connection, at once or at the end of the request in flight; a later request opens a new one."""
        self._closing = True  # before the attempt: who holds the turn now looks at this after giving it back
        if self._turn.acquire(blocking=False):
            try:
                self._closing = False
                self._drop_pool()
            finally:
                self._turn.release()

    def abandon(self) -> None:
        """In a forked child: lets go of what was inherited, without a word to the server and without asking for a lock.

        The parent's connection lives on; the child's first request opens its own.
        """
        for stream in tuple(self._backend.open_streams):
            stream.forget()
        self._start_fresh()

    def _start_fresh(self) -> None:
        self._backend = DeadlineBackend()
        self._context: ssl.SSLContext | None = None
        self._pool: httpcore.ConnectionPool | None = None
        self._turn = threading.Lock()  # httpcore's pool may close a connection that another thread has just been given
        self._closing = False
        self._opened_at = 0.0
        self._failures = 0
        self._flights: set[Deadline] = set()
        self._aborted = False
        self._end = math.inf

    def _attempt(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], limit: int, deadline: Deadline
    ) -> Response | NetworkError:
        began = self._clock()
        where = "the server"
        try:
            if self._aborted:
                return _aborted()
            target = target_of(url)
            where = target.where
            return self._exchange(_request(method, target, body, headers, self._timeouts), limit, began)
        except NETWORK_ERRORS as error:
            return _aborted() if deadline.cancelled else failure_of(error, where)

    def _count(self, answer: Response | NetworkError) -> None:
        troubled = isinstance(answer, NetworkError) or answer.status >= 500
        self._failures = self._failures + 1 if troubled else 0

    def _exchange(self, request: httpcore.Request, limit: int, began: float) -> Response:
        if not self._turn.acquire(timeout=self._timeout):
            raise httpcore.PoolTimeout
        try:
            response = self._fresh_pool(secure=request.url.scheme == b"https").handle_request(request)
            try:
                body = _read(response, limit)
                _close_unless_exact(response, body)
            finally:
                response.close()  # also closes the connection, if the body has not been read to its end
        finally:
            self._turn.release()
        return Response(response.status, _headers(response.headers), body, self._clock() - began)

    def _fresh_pool(self, *, secure: bool) -> httpcore.ConnectionPool:
        is_old = self._failures >= FAILURES_TO_RENEW or self._clock() - self._opened_at >= POOL_LIFETIME
        if is_old or (secure and self._context is None):
            self._drop_pool()
        if secure and self._context is None:
            with fork_lock.loading:  # reading certificates takes 20 ms under OpenSSL's own locks
                self._context = tls_context(self._ca_file)
        if self._pool is None:
            self._pool = open_pool(self._context, self._proxy, self._backend)
            self._opened_at = self._clock()
            self._failures = 0
        return self._pool

    def _drop_pool(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()


def _request(
    method: str, target: Target, body: bytes | None, headers: Mapping[str, str], timeouts: Mapping[str, float]
) -> httpcore.Request:
    prepared = [(b"Host", target.host), (b"Accept-Encoding", b"identity")]
    if body is not None:
        prepared.append((b"Content-Length", b"%d" % len(body)))
    for name, value in headers.items():
        if name.lower() not in _OWN_HEADERS:
            if not _FIELD_VALUE.fullmatch(value):
                raise ValueError("a header has characters that HTTP cannot carry")
            prepared.append((name.encode("ascii"), value.encode("latin-1")))
    return httpcore.Request(
        method.encode(), target.url, headers=prepared, content=body, extensions={"timeout": timeouts}
    )


def _read(response: httpcore.Response, wanted: int) -> bytes:
    chunks = []
    for chunk in response.iter_stream():
        chunks.append(chunk[:wanted])
        wanted -= len(chunks[-1])
        if wanted == 0:
            break
    return b"".join(chunks)


def _close_unless_exact(response: httpcore.Response, body: bytes) -> None:
    """Close the connection if it brought more than the answer: the rest would answer the next request."""
    stream = response.extensions["network_stream"]
    chunked = any(name.lower() == b"transfer-encoding" for name, _ in response.headers)
    if not is_exact(stream.get_extra_info("received"), body, chunked=chunked):
        stream.close()


def _headers(raw: list[tuple[bytes, bytes]]) -> Mapping[str, str]:
    headers: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text  # RFC 9110, 5.3
    return MappingProxyType(headers)


def _aborted() -> NetworkError:
    return NetworkError(FailureKind.ABORTED, "the request was abandoned because the process is ending")
