"""The collector on a real port in a background thread, for tests and demonstrations."""

from __future__ import annotations

import socket
import threading
import weakref
from collections.abc import Callable, Collection, Mapping
from types import TracebackType
from typing import Any, Self

from segment_web.collector.answers import Answers
from segment_web.collector.app import create_app
from segment_web.collector.gateway import KeepAliveServer
from segment_web.collector.records import CollectorTotals, MessageStatus, StoredBatch, StoredMessage
from segment_web.collector.report import what_arrived
from segment_web.collector.store import KEEP_MESSAGES, Store

STOP_SECONDS = 5.0
"""How long a stopping server waits for requests it is still answering."""

BACKLOG = 128
"""Connections that may wait to be accepted; a burst of test clients fits."""


class CollectorServer:
    """A local Segment over real HTTP.

    ``port=0`` takes a free port, which is kept over :meth:`stop` and :meth:`start`, as is what was recorded.
    ``write_keys`` are the keys that are let in (None: any), ``tokens`` returns whether an OAuth access token is valid
    (None: no token is needed). ``hosts`` are host names that are served beside ``host`` and loopback names. ``database``
    is a file name or ``":memory:"``, ``keep`` the number of messages that stay.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        write_keys: Collection[str] | None = None,
        tokens: Callable[[str], bool] | None = None,
        hosts: Collection[str] = (),
        database: str = ":memory:",
        keep: int = KEEP_MESSAGES,
    ) -> None:
        self._host = host
        self._port = port
        self.store = Store(database, keep=keep)
        self._close_store = weakref.finalize(self, self.store.close)
        self._answers = Answers()
        served = (host, *hosts)
        self._app = create_app(self.store, answers=self._answers, write_keys=write_keys, tokens=tokens, hosts=served)
        self._running: tuple[KeepAliveServer, threading.Thread] | None = None

    def start(self) -> Self:
        """Serve, on the port of the last time if there was one; does nothing when already serving.

        OSError if the port is taken.
        """
        if self._running is None:
            with socket.create_server((self._host, self._port), backlog=BACKLOG) as listener:
                self._port = listener.getsockname()[1]
                server = KeepAliveServer(self._app, listener)
            self._answers.open()
            thread = threading.Thread(target=server.run, name="segment-collector", daemon=True)
            thread.start()
            self._running = server, thread
        return self

    def stop(self) -> None:
        """Refuse connections and cut the open ones off, as an outage does; what was recorded can still be read."""
        if self._running is not None:
            (server, thread), self._running = self._running, None
            self._answers.close()
            server.stop(STOP_SECONDS)
            thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The port; 0 if none was asked for and none has been taken yet."""
        return self._port

    @property
    def url(self) -> str:
        """The address without a trailing slash, as the ``host`` setting wants it."""
        return f"http://{self._host}:{self._port}"

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The accepted messages in order of arrival, as Segment would hand them on."""
        return [stored.message for stored in self._in_order() if stored.status is MessageStatus.ACCEPTED]

    @property
    def discarded(self) -> list[StoredMessage]:
        """What was answered 200 and discarded, duplicates included, in order of arrival; ``code`` says why."""
        return [stored for stored in self._in_order() if stored.status is not MessageStatus.ACCEPTED]

    @property
    def batches(self) -> list[StoredBatch]:
        """The requests in order of arrival, refused and scripted ones included."""
        return self.store.batches(limit=None)[::-1]

    @property
    def stats(self) -> CollectorTotals:
        """The totals since the last clear."""
        return self.store.stats()

    def answer(
        self,
        status: int,
        *,
        retry_after: float | str | None = None,
        body: bytes = b"",
        times: int | None = 1,
        delay: float = 0.0,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Script the answer to the next requests, see :meth:`Answers.answer`."""
        self._answers.answer(status, retry_after=retry_after, body=body, times=times, delay=delay, headers=headers)

    def recover(self) -> None:
        """Forget the script: normal behaviour returns at once, and delayed answers leave now."""
        self._answers.recover()

    def wait_for(self, count: int, timeout: float = 5.0) -> list[dict[str, Any]]:
        """Wait until ``count`` messages have been accepted and return all accepted ones.

        AssertionError after ``timeout`` seconds, with a list of what did arrive.
        """
        if not self.store.wait_for(lambda stats: stats.accepted >= count, timeout):
            raise AssertionError(what_arrived(f"{count} accepted messages", timeout, self._in_order(), self.batches))
        return self.messages

    def wait_for_requests(self, count: int, timeout: float = 5.0) -> list[StoredBatch]:
        """Wait until ``count`` requests have arrived, whatever they are answered, and return all.

        AssertionError as above.
        """
        if not self.store.wait_for(lambda stats: stats.requests >= count, timeout):
            raise AssertionError(what_arrived(f"{count} requests", timeout, self._in_order(), self.batches))
        return self.batches

    def clear(self) -> None:
        """Forget what arrived; a script goes on."""
        self.store.clear()

    def _in_order(self) -> list[StoredMessage]:
        return self.store.messages(limit=None)[::-1]
