"""One real message through a fresh client with an application's settings, and the server's word on it."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from segment_web.client import Analytics
from segment_web.commands.doctor.reach import WAITS
from segment_web.commands.findings import Finding, error, ok
from segment_web.compose import transport_factory
from segment_web.delivery.transports.transport import Transport
from segment_web.messages.envelope import Batch
from segment_web.messages.outcome import Outcome, Verdict
from segment_web.net.statuses import CHECK_PROXY
from segment_web.settings import Settings
from segment_web.settings.connection import DEFAULT_SOURCE

EVENT: Final = "segment_web Probe"
USER_ID: Final = "segment-web-doctor"
WRONG_KEY: Final = (401, 403)
NOT_FOUND: Final = 404
TOO_MANY: Final = 429
SERVER_ERRORS: Final = 500  # and above
TOKEN_SERVER: Final = "token server"  # how an outcome begins that is not about the Tracking API


class Witness:
    """A transport that hands on to another one and keeps what came of the first batch."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.outcome: Outcome | None = None
        self.answered = threading.Event()

    def deliver(self, batch: Batch) -> Outcome:
        """What the other transport says."""
        try:
            outcome = self._transport.deliver(batch)
        except Exception as problem:  # noqa: BLE001 - a transport of the application's own
            outcome = Outcome(Verdict.RETRY, type(problem).__name__)
        if self.outcome is None:
            self.outcome = outcome
            self.answered.set()
        return outcome

    def close(self) -> None:
        """Closes the other."""
        self._transport.close()


def probe(
    settings: Settings, source: str = DEFAULT_SOURCE, *, timeout: float, clock: Callable[[], float] = time.monotonic
) -> Finding:
    """Sends one track call to a source and waits at most ``timeout`` seconds for the answer to its first attempt.

    The application's own ``before_send`` and ``context`` are left out: it is the way that is examined.
    """
    label = source if len(settings.aliases) > 1 else ""
    settings = strict_bounds(settings, timeout)
    try:
        witness = Witness(transport_factory(settings)(source))
    except Exception as problem:  # noqa: BLE001 - a transport of the application's own
        return unmade(problem, label)
    client = Analytics.from_settings(settings, transport=witness)
    began = clock()
    try:
        receipt = client.track(EVENT, {"sent_by": "segment-web doctor"}, user_id=USER_ID, source=source)
        if not receipt:
            finding = error("probe.refused", f"Not taken: {receipt.reason}.", why=receipt.detail)
        elif not witness.answered.wait(timeout) or witness.outcome is None:
            finding = silent(timeout)
        else:
            finding = judged(witness.outcome, settings, clock() - began)
    finally:
        client.close(0.0)
    return replace(finding, source=label)


def strict_bounds(settings: Settings, timeout: float) -> Settings:
    """The same way to the same place, at once and without patience, also where Ctrl-C ends the process meanwhile."""
    return replace(
        settings,
        flush_interval=0.0,
        exit_timeout=0.0,
        request_timeout=min(settings.request_timeout, timeout),
        before_send=(),
        context=None,
    )


def unmade(problem: Exception, source: str) -> Finding:
    return error(
        "delivery.broken",
        f"The transport of {{delivery}} cannot be made ({type(problem).__name__}).",
        why="No event leaves.",
        cure="Make one by hand, as in python -c, and mend what it raises.",
        source=source,
    )


def silent(seconds: float) -> Finding:
    return error(
        "probe.timeout",
        f"The connection is there, and no answer came within {seconds:g} s.",
        why="Each delivery takes {request_timeout} seconds and is repeated; the queue fills.",
        cure="Check {host} and what lies between it and this machine: a proxy, a firewall that swallows packets.",
    )


def judged(outcome: Outcome, settings: Settings, seconds: float) -> Finding:
    """What became of the one message, to whoever set this up."""
    status, problem = status_in(outcome.detail), outcome.detail
    if outcome.verdict is Verdict.DELIVERED:
        return ok("probe", f'accepted in {seconds:.2f} s; look for "{EVENT}" in the source\'s debugger')
    if outcome.cure == CHECK_PROXY:
        sentence = f"The proxy does not pass events on ({problem})."
        return error(
            "connection.proxy", sentence, why=WAITS, cure="Check the user, the password and the address in {proxy}."
        )
    if settings.oauth is not None and (outcome.cure or problem.startswith(TOKEN_SERVER)):
        return oauth(outcome)
    if status in WRONG_KEY:
        cure = key_cure(settings)
        return error("probe.wrong_key", f"The server does not know this write key ({problem}).", why=WAITS, cure=cure)
    if 300 <= status < 400:
        return redirected(problem)
    if status == NOT_FOUND:
        return not_there(problem)
    if status == TOO_MANY or status >= SERVER_ERRORS:
        cure = "Try again later; if it lasts, ask whoever runs the server."
        return error("probe.busy", f"The server takes nothing now ({problem}).", why=WAITS, cure=cure)
    if problem.startswith("timeout"):
        return silent(settings.request_timeout)
    return undelivered(outcome, "{host}, {proxy} and {ca_file}" if settings.delivers_over_http else "{delivery}")


def redirected(problem: str) -> Finding:
    return error(
        "probe.redirect",
        f"The host answers with a redirect ({problem}), so it does not speak Segment's Tracking API here.",
        why=f"Redirects are not followed: they would carry the write key to another host. {WAITS}",
        cure="Set {host} to the address it redirects to (often https:// instead of http://, or another name); "
        "curl -si HOST/v1/batch shows it as Location.",
    )


def not_there(problem: str) -> Finding:
    return error(
        "probe.wrong_host",
        f"The host does not speak Segment's Tracking API ({problem}).",
        why=WAITS,
        cure="Check {host}: leave it out for Segment itself, else give the address in front of /v1/batch, with the path "
        "that the collector wants and no other.",
    )


def undelivered(outcome: Outcome, suspects: str) -> Finding:
    lost = outcome.verdict in (Verdict.REFUSE, Verdict.SPLIT)
    return error(
        "probe.undelivered",
        f"Not delivered ({outcome.detail}).",
        why="Events that are answered so are dropped and counted." if lost else WAITS,
        cure=f"Check {suspects}.",
    )


def oauth(outcome: Outcome) -> Finding:
    """The access token is not to be had, or not taken."""
    sentence, _, cure = outcome.cure.partition(": ")
    return error(
        "oauth.refused" if outcome.cure else "oauth.unreachable",
        f"No usable access token ({outcome.detail}){f': {sentence}' if sentence else ''}.",
        why=WAITS,
        cure=f"{cure[0].upper()}{cure[1:]}." if cure else 'Check the region, and {oauth}["host"]; try again later.',
    )


def status_in(problem: str) -> int:
    """The HTTP status that an outcome names, 0 if the request brought no answer."""
    found = re.match(r"HTTP (\d+)", problem)
    return int(found[1]) if found else 0


def key_cure(settings: Settings) -> str:
    region = f", and that the workspace is in region '{settings.region}'" if settings.host is None else ""
    return f"Copy the write key from the source (in Segment: the source, Settings, API Keys); check {{host}}{region}."
