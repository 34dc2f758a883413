"""While Segment is down, refusing, hanging, dripping or resetting, pages answer as fast as without analytics; once it is
back, what the bounds kept is delivered, and the books balance."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from time import perf_counter
from typing import Any

import orjson
import pytest
from django.test import Client

from segment_web.collector import CollectorServer
from segment_web.django import conf
from tests.django.browser import CHROME
from tests.net.hostile import Handler, HostileServer, answering, dripping, hanging, resetting
from tests.ports import own_port

pytestmark = pytest.mark.django_db(transaction=True)

REQUESTS = 150  # with an event, and as many without
TIMEOUT = 0.3  # seconds for a request to Segment, so that several of them fail while the pages are asked for
EXTRA_MEDIAN = 0.003  # seconds; an event costs about a tenth of it, the rest is what a shared machine adds
RECOVERY = 20.0  # seconds; a few failures have made the next attempt wait for up to four
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

Fault = Callable[[], Any]


class Ailing:
    """A Segment that ails until it is cured; ``arrived`` are the events that it took in health."""

    def __init__(self, ail: Handler) -> None:
        self._ail = ail
        self._cured = threading.Event()
        self.server = HostileServer(self._handle)
        self.taken: list[str] = []

    def cure(self) -> None:
        """Connections that hang are cut, as a restart does."""
        self._cured.set()
        self.server.stopping.set()

    def _handle(self, connection: socket.socket, server: HostileServer) -> None:
        if not self._cured.is_set():
            self._ail(connection, server)
            return
        connection.settimeout(RECOVERY)
        while (received := server.receive(connection)) is not None:
            self.taken += [message["messageId"] for message in orjson.loads(received.body)["batch"]]
            connection.sendall(OK)


@contextmanager
def ailing(ail: Handler) -> Iterator[tuple[str, Callable[[], object], Callable[[], list[str]]]]:
    segment = Ailing(ail)
    with segment.server as server:
        yield f"http://127.0.0.1:{server.port}", segment.cure, lambda: segment.taken


@contextmanager
def collecting(harm: Callable[[CollectorServer], object], cure: Callable[[CollectorServer], object]) -> Iterator[Any]:
    with CollectorServer(port=own_port()) as server:
        harm(server)
        yield server.url, lambda: cure(server), lambda: [message["messageId"] for message in server.messages]


FAULTS: dict[str, Fault] = {
    "down": lambda: collecting(CollectorServer.stop, CollectorServer.start),
    "500": lambda: collecting(lambda server: server.answer(500, times=None), CollectorServer.recover),
    "429": lambda: collecting(lambda server: server.answer(429, retry_after=1, times=None), CollectorServer.recover),
    "hanging": lambda: ailing(hanging()),
    "dripping": lambda: ailing(dripping(OK)),
    "resetting": lambda: ailing(resetting(b"HTTP/1.1 200")),
    "nonsense": lambda: ailing(answering(503, b"<html>")),
}


def times(client: Client) -> tuple[list[float], list[float]]:
    """Seconds for a page without an event and for one with, asked for in turns."""
    taken: dict[str, list[float]] = {"/nothing/": [], "/track/": []}
    for path in ("/nothing/", "/track/") * REQUESTS:
        began = perf_counter()
        assert client.get(path).status_code == 200
        taken[path].append(perf_counter() - began)
    return taken["/nothing/"], taken["/track/"]


@pytest.mark.parametrize("fault", FAULTS)
def test_pages_answer_and_events_survive(settings: Any, fault: str) -> None:
    with FAULTS[fault]() as (host, cure, arrived):
        settings.SEGMENT = {
            "WRITE_KEY": "fault-key",
            "HOST": host,
            "GZIP": False,
            "BATCH_SIZE": 5,
            "FLUSH_INTERVAL": 0.01,
            "REQUEST_TIMEOUT": TIMEOUT,
            "EXIT_TIMEOUT": 1,
        }
        without, with_event = times(Client(headers={"user-agent": CHROME}))
        assert median(with_event) < median(without) + EXTRA_MEDIAN
        cure()
        client = conf.client()
        assert client.flush(RECOVERY)
        stats = client.stats()
        assert (stats.accepted, stats.delivered, stats.pending, stats.dropped) == (REQUESTS, REQUESTS, 0, {})
        assert len(set(arrived())) == REQUESTS


def test_what_the_bounds_do_not_keep_is_counted(settings: Any) -> None:
    with CollectorServer(port=own_port()) as server:
        server.stop()
        settings.SEGMENT = {"WRITE_KEY": "fault-key", "HOST": server.url, "QUEUE_SIZE": 10, "FLUSH_INTERVAL": 0.01}
        browser = Client(headers={"user-agent": CHROME})
        reasons = [browser.get("/track/").json()["reason"] for _ in range(30)]
        server.start()
        client = conf.client()
        assert client.flush(RECOVERY)
        stats = client.stats()
        assert stats.accepted + stats.skipped == 30
        assert stats.dropped == {"queue_full": reasons.count("queue_full")}
        assert stats.delivered == stats.accepted == len(server.messages) == reasons.count(None) >= 10
