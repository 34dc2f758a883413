"""Whether a host can be reached: its name, a connection, TLS; and which of these is at fault, with its own cure."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Final, NamedTuple

from segment_web.commands.findings import Finding, error, ok
from segment_web.net.causes import NETWORK_ERRORS, failure_of
from segment_web.net.connections import Target, read_proxy, target_of, tls_context
from segment_web.net.deadline import Deadline, current_deadline
from segment_web.net.failures import FailureKind, NetworkError
from segment_web.net.sockets import DeadlineBackend
from segment_web.settings import Settings

WAITS: Final = "No event arrives; events wait in the queue until this is mended."
GRACE: Final = 1.0  # seconds in which a connection that had no time left says so itself: only a name is abandoned
PROXY: Final = "the proxy"
UNTRUSTED: Final = "Without trust no byte is sent, the write key least of all; events wait in the queue."


class ConnectionFault(NamedTuple):
    """What is wrong with a connection, as the second half of an id, and its cure."""

    id: str
    cure: str


FAULTS: Final = {
    FailureKind.DNS: ConnectionFault("name", "Check the spelling of {host}, and the name server of this machine."),
    FailureKind.CONNECT: ConnectionFault(
        "refused", "Check that {host} is right and up, its port too, and that a firewall lets this machine out."
    ),
    FailureKind.TIMEOUT: ConnectionFault("timeout", "Check {host}, and that a firewall lets this machine out to it."),
    FailureKind.TLS: ConnectionFault("tls", "If the server speaks plain http at this port, write http:// in {host}."),
    FailureKind.PROXY: ConnectionFault("proxy", "Check {proxy}."),
}
OTHER: Final = ConnectionFault("broken", "Check that {host} speaks Segment's Tracking API.")
# By OpenSSL's verify codes (x509_vfy.h).
CERTIFICATES: Final = {
    9: ConnectionFault("certificate_future", "Check this machine's clock: to it the certificate is not valid yet."),
    10: ConnectionFault(
        "certificate_expired", "Renew the certificate on the server; if it is new, check this machine's clock (date)."
    ),
    18: ConnectionFault(
        "certificate_self_signed", "Save the server's certificate as a PEM file, and name the file in {ca_file}."
    ),
    19: ConnectionFault(
        "certificate_self_signed", "Name the PEM file of the authority that signed the certificate in {ca_file}."
    ),
    20: ConnectionFault(
        "certificate_unknown",
        "Of a company's own authority: name its PEM file in {ca_file}. Of a public one: the server has to send its "
        "intermediate certificates too.",
    ),
    62: ConnectionFault(
        "certificate_name", "Write in {host} the name that the certificate is for, or give the server another."
    ),
}
SAME: Final = {21: 20, 64: 62}  # the chain ends after the first certificate; an address instead of a name


def reach(settings: Settings, base_url: str, *, timeout: float) -> Finding:
    """Connects to the host (to the proxy, if there is one) and hangs up, in at most about ``timeout`` seconds."""
    try:
        target, what = gate(settings, base_url)
        return within(timeout + GRACE, lambda: connect(target, what, settings.ca_file, timeout))
    except ValueError as problem:
        cure = "Write {host} as https://collector.example, with a port and a path where there are any."
        return error("connection.address", f"{base_url} is {problem}.", why=WAITS, cure=cure)
    except Empty:
        fault = FAULTS[FailureKind.DNS]
        return error(f"connection.{fault.id}", f"No connection within {timeout:g} s.", why=WAITS, cure=fault.cure)


def gate(settings: Settings, base_url: str) -> tuple[Target, str]:
    """What a connection is made to first; ValueError if no address can be read."""
    proxy = read_proxy(settings.proxy)
    return (target_of(base_url), "the host") if proxy is None else (target_of(str(proxy.url)), PROXY)


def within(seconds: float, work: Callable[[], Finding]) -> Finding:
    """What ``work`` returns; queue.Empty when it takes longer: a name resolution cannot be interrupted."""
    answers: SimpleQueue[Finding] = SimpleQueue()
    threading.Thread(target=lambda: answers.put(work()), name="segment_web.doctor", daemon=True).start()
    return answers.get(timeout=seconds)


def connect(target: Target, what: str, ca_file: str | None, timeout: float) -> Finding:
    """Opens and closes one connection as delivery would."""
    host = target.url.host.decode("ascii")
    port = int(target.where.rpartition(":")[2])
    is_tls = target.url.scheme == b"https"
    current_deadline.set(Deadline(timeout, time.monotonic))  # this thread's own context: nobody else sees it
    try:
        stream = DeadlineBackend().connect_tcp(host, port)
        if is_tls:
            stream = stream.start_tls(tls_context(ca_file), host)
        stream.close()
    except NETWORK_ERRORS as problem:
        failure = failure_of(problem, target.where)
        if what == PROXY:
            failure = NetworkError(FailureKind.PROXY, str(failure))
        return told(failure, problem.args[0] if problem.args else None)
    return ok("connection", f"{what} {target.where} can be reached{', TLS is trusted' if is_tls else ''}")


def told(failure: NetworkError, cause: object) -> Finding:
    """A failed connection in words; ``cause`` is the error below the HTTP library's own."""
    fault = FAULTS.get(failure.kind, OTHER)
    if isinstance(cause, ssl.SSLCertVerificationError):
        fault = CERTIFICATES.get(SAME.get(cause.verify_code, cause.verify_code), CERTIFICATES[20])
    text = str(failure)
    why = UNTRUSTED if failure.kind is FailureKind.TLS else WAITS
    return error(f"connection.{fault.id}", f"{text[0].upper()}{text[1:]}.", why=why, cure=fault.cure)
