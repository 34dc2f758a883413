"""Whatever a server does, an application beside it is not slowed down, does not grow, and every attempt ends in time."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.delivery.caller import REQUEST_TIMEOUT
from tests.delivery.certificates import LONG_AGO, Authority
from tests.delivery.faults import MIB, Fault, gzip_bomb
from tests.delivery.measured import HAS_STATUS
from tests.net.hostile import Handler, HostileServer, answering, mute, reading_slowly

pytestmark = pytest.mark.skipif(not HAS_STATUS, reason="memory is read from /proc/self/status")

ROOT = Path(__file__).parents[2]
SECONDS = 1.2  # of calls, more than two attempts
LATEST = REQUEST_TIMEOUT + 1  # seconds for an attempt
GROWTH = 8 * MIB
PATIENCE = 0.005  # seconds; a call's p99 is 0.1 ms on an idle machine, and CI's is not idle
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
GIB = 1 << 30


def doing(fault: Fault) -> Handler:
    """A server that does one thing to every request."""

    def handle(connection: socket.socket, server: HostileServer) -> None:
        while server.receive(connection):
            if not fault.answer(connection, server.stopping):
                return

    return handle


HOSTILITY: dict[str, Handler] = {
    "drips": doing(Fault.dripping(HEAD + b"X" * 99)),
    "hangs in the headers": doing(Fault.hanging(HEAD)),
    "never answers": mute,
    "reads slowly": reading_slowly,
    "endless headers": doing(Fault.flooding(HEAD, b"X-More: " + b"x" * 8_000 + b"\r\n", GIB)),
    "a body of 1 GiB": doing(Fault.flooding(HEAD + b"Content-Length: %d\r\n\r\n" % GIB, b"x" * 65_536, GIB)),
    "a gzip bomb": doing(Fault.saying(gzip_bomb(64))),
    "breaks off": doing(Fault.reset_in_answer(9)),
}


def fare(url: str, *more: str) -> dict[str, Any]:
    """How an application fares that has this server."""
    command = [sys.executable, "-X", "dev", "-m", "tests.delivery.caller", url, str(SECONDS), *more]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def fare_calmly(url: str, *more: str) -> dict[str, Any]:
    """The same, once more if its calls were slow: something else may have had the processor."""
    report = fare(url, *more)
    return report if report["p99"] < PATIENCE else fare(url, *more)


def assert_unharmed(report: dict[str, Any]) -> None:
    print({name: report[name] for name in ("p99", "calls", "grown", "delivered")})
    assert report["conserved"]
    assert report["p99"] < PATIENCE
    assert report["grown"] <= GROWTH
    assert report["attempts"]
    assert max(report["attempts"]) <= LATEST
    assert report["closing"] <= LATEST


@pytest.mark.parametrize("handler", HOSTILITY.values(), ids=HOSTILITY)
def test_the_application_goes_on(handler: Handler) -> None:
    with HostileServer(handler) as server:
        assert_unharmed(fare_calmly(server.url.removesuffix("/v1/batch")))
        assert server.connections


def test_no_byte_goes_where_a_redirect_points() -> None:
    with HostileServer(answering()) as target:
        redirect = Fault.status(307, f"Location: {target.url}")
        with HostileServer(doing(redirect)) as server:
            assert_unharmed(fare_calmly(server.url.removesuffix("/v1/batch")))
            assert server.requests
        assert target.connections == 0


def expired(authority: Authority) -> ssl.SSLContext:
    return authority.server("expired", address="IP:127.0.0.1", valid=LONG_AGO)


def misnamed(authority: Authority) -> ssl.SSLContext:
    return authority.server("misnamed", address="DNS:example.org")


def good(authority: Authority) -> ssl.SSLContext:
    return authority.server("good", address="IP:127.0.0.1")


@pytest.mark.parametrize(
    ("make", "trusted"),
    [
        pytest.param(expired, True, id="expired"),
        pytest.param(misnamed, True, id="another name"),
        pytest.param(good, False, id="nobody vouches"),
    ],
)
def test_a_server_that_cannot_prove_itself_gets_no_byte(
    tmp_path: Path, make: Callable[[Authority], ssl.SSLContext], trusted: bool
) -> None:
    authority = Authority(tmp_path)
    with HostileServer(answering(), tls=make(authority)) as server:
        assert_unharmed(fare_calmly(server.url.removesuffix("/v1/batch"), *([str(authority.file)] if trusted else [])))
        assert server.connections
        assert server.requests == []


def test_one_that_can_gets_everything(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with HostileServer(answering(), tls=good(authority)) as server:
        report = fare_calmly(server.url.removesuffix("/v1/batch"), str(authority.file))
        assert_unharmed(report)
        assert report["delivered"] > 0
