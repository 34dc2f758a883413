"""A session renews itself, can be ended from another thread, and shares nothing with a forked child."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from segment_web.net.failures import NetworkError
from segment_web.net.session import POOL_LIFETIME, Session
from tests.net.hostile import Handler, HostileServer, answering, ending, hanging, mute, reading_slowly


class Clock:
    """The real monotonic clock, which can be set forward."""

    ahead = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead


def test_the_connection_is_renewed_every_hour() -> None:
    clock = Clock()
    with HostileServer(answering()) as server:
        session = Session(timeout=2, clock=clock)
        counts = []
        for ahead in (0, POOL_LIFETIME - 60, POOL_LIFETIME + 1, POOL_LIFETIME + 2):
            clock.ahead = ahead
            session.post(server.url, b"{}", {})
            counts.append(server.connections)
        session.close()
    assert counts == [1, 1, 2, 2]


@pytest.mark.parametrize(("status", "connections"), [(503, 3), (400, 1), (200, 1)])
def test_the_connection_is_renewed_after_two_server_errors_in_a_row(status: int, connections: int) -> None:
    with HostileServer(answering(status)) as server:
        session = Session(timeout=2)
        for _ in range(5):
            session.post(server.url, b"{}", {})
        session.close()
    assert server.connections == connections


def test_renewing_and_closing_open_a_new_connection_with_the_next_request() -> None:
    with HostileServer(answering()) as server:
        session = Session(timeout=2)
        for let_go in (session.renew, session.close, session.close):
            session.post(server.url, b"{}", {})
            let_go()
    assert server.connections == 3


def test_a_connection_the_server_has_closed_is_not_used_again() -> None:
    with HostileServer(ending(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as server:
        session = Session(timeout=2)
        assert session.post(server.url, b"{}", {}).status == 200
        server.finish()
        assert session.post(server.url, b"{}", {}).status == 200
        session.close()


def test_threads_may_share_a_session() -> None:
    with HostileServer(answering()) as server:
        session = Session(timeout=5)
        statuses: list[int] = []
        posts = [
            threading.Thread(
                target=lambda: statuses.extend(session.post(server.url, b"{}", {}).status for _ in range(20))
            )
            for _ in range(4)
        ]
        for thread in posts:
            thread.start()
        for thread in posts:
            thread.join()
        session.close()
    assert statuses == [200] * 80


class Posting(threading.Thread):
    """One post in a thread; ``outcome`` is its status or the kind of its failure."""

    def __init__(self, session: Session, url: str, body: bytes) -> None:
        super().__init__(daemon=True)
        self.outcome = ""
        self._session, self._url, self._body = session, url, body

    def run(self) -> None:
        try:
            self.outcome = str(self._session.post(self._url, self._body, {}).status)
        except NetworkError as failure:
            self.outcome = failure.kind


@pytest.mark.parametrize(
    ("handler", "scheme", "size"),
    [
        pytest.param(hanging(), "http", 2, id="in the read"),
        pytest.param(reading_slowly, "http", 20_000_000, id="in the write"),
        pytest.param(mute, "https", 2, id="in the handshake"),
    ],
)
def test_an_abort_ends_the_request_in_flight_at_once(handler: Handler, scheme: str, size: int) -> None:
    with HostileServer(handler) as server:
        session = Session(timeout=30, connect_timeout=30)
        post = Posting(session, server.url.replace("http:", scheme + ":"), b"x" * size)
        post.start()
        assert server.contacted.wait(60)
        post.join(0.1)  # on its way into the blocking call; the abort holds wherever it is met
        session.abort()
        post.join(60)
        assert post.outcome == "aborted"


def test_an_aborted_session_contacts_nobody() -> None:
    with HostileServer(answering()) as server:
        session = Session(timeout=2)
        session.abort()
        with pytest.raises(NetworkError) as caught:
            session.post(server.url, b"{}", {})
    assert caught.value.kind == "aborted"
    assert server.connections == 0


def holding(release: threading.Event) -> Handler:
    def handle(connection: socket.socket, server: HostileServer) -> None:
        while server.receive(connection):
            release.wait(5)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    return handle


def test_renewing_spares_the_request_another_thread_has_in_flight() -> None:
    release = threading.Event()
    with HostileServer(holding(release)) as server:
        session = Session(timeout=5)
        first, second = Posting(session, server.url, b"first"), Posting(session, server.url, b"second")
        first.start()
        assert server.busy.wait(60)
        session.renew()
        second.start()
        second.join(0.1)  # it waits for the one connection now
        release.set()
        first.join(60)
        second.join(60)
        session.close()
    assert (first.outcome, second.outcome) == ("200", "200")


def test_closing_waits_for_nobody_and_takes_effect_when_the_request_ends() -> None:
    release = threading.Event()
    with HostileServer(holding(release)) as server:
        session = Session(timeout=5)
        post = Posting(session, server.url, b"{}")
        post.start()
        assert server.busy.wait(60)
        session.close()
        assert post.is_alive()
        release.set()
        post.join(60)
        server.finish()  # the server's end of the connection is closed too
    assert post.outcome == "200"


FORKING = """
import os, sys, threading
from segment_web.net.session import Session

url, hanging_url, ca_file = sys.argv[1:]
session = Session(timeout=5, ca_file=ca_file)
other = Session(timeout=5, ca_file=ca_file)
session.post(url, b"parent 1", {})
flight = threading.Thread(target=lambda: other.post(hanging_url, b"stuck", {}), daemon=True)
flight.start()
sys.stdin.readline()
child = os.fork()
if child == 0:
    session.abandon()
    other.abandon()
    session.post(url, b"child", {})
    other.post(url, b"child 2", {})
    os._exit(0)
status = os.waitpid(child, 0)[1]
session.post(url, b"parent 2", {})
os._exit(status)
"""


def test_a_forked_child_opens_its_own_connection_and_leaves_the_parent_s_alone(
    server_tls: ssl.SSLContext, certificate: Path
) -> None:
    with HostileServer(answering(), tls=server_tls) as server, HostileServer(hanging()) as stuck:
        command = [sys.executable, "-c", FORKING, server.url, stuck.url, str(certificate)]
        script = subprocess.Popen(command, stdin=subprocess.PIPE)
        assert stuck.busy.wait(10)
        script.communicate(b"\n", timeout=10)
        assert script.returncode == 0
        assert [request.body for request in server.requests] == [b"parent 1", b"child", b"child 2", b"parent 2"]
        assert server.connections == 3
