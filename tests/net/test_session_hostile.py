"""Whatever the server does, a request ends in time, with an answer or one kind of failure, in little memory."""

from __future__ import annotations

import socket
import sys
import tracemalloc
from collections.abc import Callable

import pytest

from segment_web.net.failures import NetworkError
from segment_web.net.session import RESPONSE_LIMIT, Session
from tests.net.hostile import (
    Handler,
    HostileServer,
    dripping,
    ending,
    flooding,
    hanging,
    mute,
    reading_slowly,
    resetting,
    sending,
)

TIMEOUT = 0.5
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
SHORT = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes"
BIG = b"x" * 20_000_000  # more than the kernel buffers for a peer that does not read


def failure(handler: Handler) -> NetworkError:
    with HostileServer(handler) as server, pytest.raises(NetworkError) as caught:
        Session(timeout=5).post(server.url, b"{}", {})
    return caught.value


@pytest.mark.parametrize(
    ("handler", "body"),
    [
        pytest.param(dripping(HEAD), b"{}", id="drips headers"),
        pytest.param(dripping(b"HTTP/1.1 100 Continue\r\n\r\n" * 99), b"{}", id="drips interim answers"),
        pytest.param(hanging(), b"{}", id="hangs at once"),
        pytest.param(hanging(HEAD[:20]), b"{}", id="hangs in the headers"),
        pytest.param(hanging(HEAD + b"abc"), b"{}", id="hangs in the body"),
        pytest.param(hanging(CHUNKED + b"5\r\nab"), b"{}", id="hangs in a chunk"),
        pytest.param(mute, BIG, id="never reads"),
        pytest.param(reading_slowly, BIG, id="reads slowly"),
    ],
)
def test_the_deadline_holds_in_total(handler: Handler, body: bytes) -> None:
    with HostileServer(handler) as server, pytest.raises(NetworkError) as caught:
        Session(timeout=TIMEOUT).post(server.url, body, {})
    assert caught.value.kind == "timeout"


@pytest.mark.parametrize("offset", [0, 1, 8, 17, 40, len(HEAD) - 2, len(HEAD), len(HEAD) + 10])
@pytest.mark.parametrize("break_off", [resetting, ending])
def test_a_connection_that_breaks_anywhere_is_a_failure_and_no_answer(
    break_off: Callable[[bytes], Handler], offset: int
) -> None:
    raw = (HEAD + b"x" * 999)[:offset]
    assert failure(break_off(raw)).kind in ("read", "protocol")


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00" * 100,
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"HTTP/9 what\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n bad\r\n\r\n",
        HEAD.replace(b"1000", b"-5"),
        HEAD.replace(b"1000", b"x"),
        CHUNKED + b"zz\r\nabc\r\n",
    ],
)
def test_garbage_is_a_protocol_failure(raw: bytes) -> None:
    assert failure(sending(raw)).kind == "protocol"


def test_a_refused_connection_is_a_connect_failure_that_names_the_server(nobody: str) -> None:
    with pytest.raises(NetworkError) as caught:
        Session(timeout=2).post(f"{nobody}/v1/batch", b"{}", {})
    assert caught.value.kind == "connect"
    assert nobody.removeprefix("http://") in str(caught.value)


def test_a_full_listener_times_out_by_the_connect_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        with pytest.raises(NetworkError) as caught:
            Session(timeout=600, connect_timeout=0.2).post(f"http://127.0.0.1:{listener.getsockname()[1]}/", b"{}", {})
        for filler in fillers:
            filler.close()
    assert caught.value.kind == "timeout"


@pytest.mark.parametrize(
    ("answer", "behind", "connections"),
    [
        pytest.param(SHORT, b"", 1, id="a length"),
        pytest.param(SHORT, SHORT, 2, id="a length, and a second answer"),
        pytest.param(SHORT.replace(b"3", b"0", 1)[:-3], SHORT, 2, id="no body, and a second answer"),
        pytest.param(CHUNKED + b"2\r\n{}\r\n0\r\n\r\n", b"", 1, id="chunks"),
        pytest.param(CHUNKED + b"2\r\n{}\r\n0\r\n\r\n", CHUNKED + b"0\r\n\r\n", 2, id="chunks, and a second answer"),
        pytest.param(SHORT, b"\r\n", 2, id="a length, and an empty line"),
    ],
)
def test_what_follows_an_answer_is_not_the_answer_to_the_next_request(
    answer: bytes, behind: bytes, connections: int
) -> None:
    said = iter([answer + behind])

    def handle(connection: socket.socket, server: HostileServer) -> None:
        while server.receive(connection):
            connection.sendall(next(said, b"HTTP/1.1 429 Wait\r\nContent-Length: 0\r\n\r\n"))

    with HostileServer(handle) as server:
        session = Session(timeout=5)
        assert [session.post(server.url, b"{}", {}).status for _ in range(3)] == [200, 429, 429]
        session.close()
    assert server.connections == connections


@pytest.mark.parametrize(
    ("head", "chunk"),
    [
        pytest.param(HEAD.replace(b"1000", b"9" * 15), b"x" * 65_536, id="announced"),
        pytest.param(CHUNKED, b"10000\r\n" + b"x" * 65_536 + b"\r\n", id="chunked"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65_536, id="until closed"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", b"\x1f\x8b" * 9_999, id="encoded"),
    ],
)
def test_of_an_endless_body_only_the_limit_is_read(head: bytes, chunk: bytes) -> None:
    with HostileServer(flooding(head, chunk)) as server:
        session = Session(timeout=5)
        session.post(server.url, b"{}", {})  # what is made once is not measured
        tracemalloc.start()
        answer = session.post(server.url, b"{}", {})
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        session.close()
    assert len(answer.body) == RESPONSE_LIMIT
    assert peak < 8 * RESPONSE_LIMIT
    assert server.connections == 2  # the rest was not read to keep the connection


def test_endless_headers_are_a_protocol_failure() -> None:
    assert failure(flooding(b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"x" * 1_000 + b"\r\n")).kind == "protocol"


def test_a_failure_does_not_keep_the_body_alive() -> None:
    body = b"x" * 100_000
    before = sys.getrefcount(body)
    for handler in (ending(b""), hanging()):
        with HostileServer(handler) as server:
            try:
                Session(timeout=0.2).post(server.url, body, {})
            except NetworkError as error:
                kind = error.kind
            assert kind in ("protocol", "timeout")
    assert sys.getrefcount(body) == before


def test_an_answer_that_comes_before_the_request_is_read_still_counts() -> None:
    def refuse_early(connection: socket.socket, server: HostileServer) -> None:
        connection.recv(1_000)
        connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(1 << 20):
            pass

    with HostileServer(refuse_early) as server:
        session = Session(timeout=5)
        assert session.post(server.url, BIG, {}).status == 413
        session.close()
