"""httpcore's network backend over plain sockets, with every blocking call bounded by the request's deadline."""

from __future__ import annotations

import _socket
import select
import socket
import ssl
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

import httpcore

from segment_web.net.deadline import current_deadline

RECEIVE_SIZE = 16_384  # bytes; answers are small, and no more than this is read beyond the response limit


class ResolveError(httpcore.ConnectError):
    """The host's name has no address."""


class HandshakeError(httpcore.ConnectError):
    """TLS was not agreed on, or the certificate is not trusted."""


class DeadlineBackend(httpcore.NetworkBackend):
    """Opens streams; ``open_streams`` are those not yet closed."""

    def __init__(self) -> None:
        self.open_streams: set[DeadlineStream] = set()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> DeadlineStream:
        """A stream to the first address of ``host`` that answers; ``timeout`` bounds each address.

        One dead address must not use up the time of the next, so each gets at most its share of what is left.
        """
        addresses = _resolve(host, port)
        failure = OSError("no address")
        for position, address in enumerate(addresses, 1):
            try:
                return self._connect(address, timeout, share=len(addresses) - position + 1)
            except OSError as error:
                failure = error
        kind = httpcore.ConnectTimeout if isinstance(failure, TimeoutError) else httpcore.ConnectError
        try:
            raise kind(failure)
        finally:
            del failure  # it and this frame would hold each other

    def _connect(self, address: _Address, timeout: float | None, *, share: int) -> DeadlineStream:
        family, kind, protocol, _, place = address
        stream = DeadlineStream(socket.socket(family, kind, protocol), self.open_streams)
        try:
            stream.connect(place, timeout, share)
        except BaseException:
            stream.close()
            raise
        return stream


class DeadlineStream(httpcore.NetworkStream):
    """One connection; its calls raise httpcore's timeouts when the current request's deadline is over."""

    def __init__(self, sock: socket.socket, registry: set[DeadlineStream]) -> None:
        self._socket = sock
        self._registry = registry
        self._received = bytearray()  # since the last write: the bytes of one answer
        self._lock = threading.RLock()  # a descriptor must not be closed, and perhaps reused, while another severs it
        registry.add(self)

    def connect(self, place: Any, timeout: float | None, share: int) -> None:
        """Connects to a socket address within ``timeout`` and 1/``share`` of the time left; raises OSError."""
        deadline = current_deadline.get()
        left = deadline.claim(self, None) / share
        self._socket.settimeout(left if timeout is None else min(left, timeout))
        self._socket.connect(place)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            self._arm(timeout)
            data = self._socket.recv(min(max_bytes, RECEIVE_SIZE))
        except TimeoutError as error:
            raise httpcore.ReadTimeout(error) from error
        except OSError as error:
            raise httpcore.ReadError(error) from error
        self._received += data
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        rest = memoryview(buffer)
        self._received.clear()
        try:
            while rest:
                self._arm(timeout)  # at every turn: a peer that takes a byte at a time has no more time than others
                rest = rest[self._socket.send(rest) :]
        except TimeoutError as error:
            raise httpcore.WriteTimeout(error) from error
        except OSError as error:
            raise httpcore.WriteError(error) from error

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> DeadlineStream:
        try:
            self._shake_hands(ssl_context, server_hostname, timeout)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(error) from error
        except (OSError, ValueError) as error:  # ValueError: a host name that cannot stand in a certificate
            raise HandshakeError(error) from error
        return self

    def _shake_hands(self, context: ssl.SSLContext, host: str | None, timeout: float | None) -> None:
        try:
            with self._lock:  # wrapping moves the descriptor; the handshake waits until the new owner can be severed
                tls = context.wrap_socket(self._socket, server_hostname=host, do_handshake_on_connect=False)
                self._socket = tls
            self._arm(timeout)
            tls.do_handshake()
        except BaseException:  # httpcore does not close a stream whose handshake failed
            self.close()
            raise

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            return _readable(self._socket)
        if info == "ssl_object":
            return self._socket if isinstance(self._socket, ssl.SSLSocket) else None
        if info == "received":
            return bytes(self._received)
        return self._socket if info == "socket" else None

    def sever(self) -> None:
        """Ends the connection for whoever is blocked on it; safe from any thread, and after ``close``."""
        with self._lock, suppress(OSError):
            _plain(self._socket).shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.sever()  # closing alone does not wake a thread that is blocked on the descriptor
        with self._lock:
            self._socket.close()
        self._registry.discard(self)

    def forget(self) -> None:
        """Closes a forked child's copy of the descriptor: the parent's connection stays, and no lock is asked for."""
        self._socket.close()

    def _arm(self, timeout: float | None) -> None:
        self._socket.settimeout(current_deadline.get().claim(self, timeout))


def _plain(sock: socket.socket) -> Any:
    """Return the socket below TLS: a TLS socket's own shutdown takes its state from under the thread that reads.

    The class is found from the object, because gevent and eventlet put classes of their own in place of both.
    """
    return super(ssl.SSLSocket, sock) if isinstance(sock, ssl.SSLSocket) else sock


_Address = tuple[int, int, int, str, Any]


def _resolve(host: str, port: int) -> Sequence[_Address]:
    try:
        with current_deadline.get().paused():
            try:
                return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            except RuntimeError:  # gevent asks on a thread, and CPython 3.12 lets none start while a process ends
                return _socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # UnicodeError: a label longer than DNS allows
        raise ResolveError(error) from error


def _readable(sock: socket.socket) -> bool:
    """Whether a read would not block, which on an idle connection means that the server has closed it."""
    if sock.fileno() < 0:
        return True
    if not hasattr(select, "poll"):  # Windows, and eventlet, which takes it away
        return bool(select.select([sock], [], [], 0)[0])
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(0))
