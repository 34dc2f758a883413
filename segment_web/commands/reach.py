"""Whether a client's host can be reached: its name, a connection, TLS."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TypeVar

from segment_web.commands.findings import Finding, error, ok
from segment_web.errors import ConfigError
from segment_web.net.causes import NETWORK_ERRORS, failure_of
from segment_web.net.deadline import Deadline, current_deadline
from segment_web.net.failures import FailureKind, NetworkFailure
from segment_web.net.pool import Target, read_proxy, target_of, tls_context
from segment_web.net.sockets import DeadlineBackend
from segment_web.settings import Settings

CURES = {
    FailureKind.DNS: "Check the spelling of host, and the name server of this machine.",
    FailureKind.CONNECT: "Check that host is right and up, and that a firewall lets this machine out.",
    FailureKind.TIMEOUT: "Check that a firewall lets this machine out to host.",
    FailureKind.TLS: "Check this machine's clock; for a company's own authority set ca_file.",
    FailureKind.PROXY: "Check the setting proxy.",
}
OTHER_CURE = "Check that host speaks Segment's Tracking API."
T = TypeVar("T")


def reach(settings: Settings, *, timeout: float) -> Finding:
    """Connects to the host (to the proxy, if there is one) and hangs up, in at most about ``timeout`` seconds."""
    try:
        target, what = gate(settings)
        within(timeout, lambda: connect(target, settings.ca_file, timeout))
    except (ConfigError, ValueError) as problem:
        return error("connection", str(problem), OTHER_CURE)
    except NetworkFailure as failure:
        return error("connection", str(failure), CURES.get(failure.kind, OTHER_CURE))
    except Empty:
        return error("connection", f"not made within {timeout:g} s", CURES[FailureKind.DNS])
    secured = ", TLS is trusted" if target.url.scheme == b"https" else ""
    return ok("connection", f"{what} {target.where} can be reached{secured}")


def gate(settings: Settings) -> tuple[Target, str]:
    """What a connection is made to first; ConfigError or ValueError if no address can be read."""
    proxy = read_proxy(settings.proxy)
    return (target_of(settings.base_url), "the host") if proxy is None else (target_of(str(proxy.url)), "the proxy")


def within(seconds: float, work: Callable[[], T]) -> T:
    """What ``work`` returns or raises; queue.Empty when it takes longer: a name resolution cannot be interrupted."""
    answers: SimpleQueue[T | NetworkFailure] = SimpleQueue()

    def run() -> None:
        try:
            answers.put(work())
        except NetworkFailure as failure:
            answers.put(failure)

    threading.Thread(target=run, name="segment_web.doctor", daemon=True).start()
    answer = answers.get(timeout=seconds)
    if isinstance(answer, NetworkFailure):
        raise answer
    return answer


def connect(target: Target, ca_file: str | None, timeout: float) -> None:
    """Opens and closes one connection as delivery would; raises NetworkFailure."""
    host = target.url.host.decode("ascii")
    port = int(target.where.rpartition(":")[2])
    current_deadline.set(Deadline(timeout, time.monotonic))  # this thread's own context: nobody else sees it
    try:
        stream = DeadlineBackend().connect_tcp(host, port)
        if target.url.scheme == b"https":
            stream = stream.start_tls(tls_context(ca_file), host)
        stream.close()
    except NETWORK_ERRORS as problem:
        raise failure_of(problem, target.where) from None
