"""One real message through a fresh client with an application's settings, and the server's word on it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from segment_web.client import Analytics
from segment_web.commands.findings import Finding, error, ok
from segment_web.delivery.report import Stats
from segment_web.messages.outcome import Verdict
from segment_web.messages.receipt import Receipt
from segment_web.net.statuses import verdict
from segment_web.settings import Settings

EVENT: Final = "segment_web Probe"
USER_ID: Final = "segment-web-doctor"
LOOK: Final = 0.05  # seconds between two looks whether the first attempt has failed
WRONG_KEY: Final = (401, 403)
TOO_MANY: Final = 429
SERVER_ERRORS: Final = 500  # and above


def probe(settings: Settings, *, timeout: float, clock: Callable[[], float] = time.monotonic) -> Finding:
    """Sends one track call and waits at most ``timeout`` seconds for the answer to its first attempt.

    The application's own ``before_send`` and ``context`` are left out: it is the way that is examined.
    """
    client = Analytics.from_settings(strict_bounds(settings, timeout))
    began = clock()
    try:
        receipt = client.track(EVENT, {"sent_by": "segment-web doctor"}, user_id=USER_ID)
        if not receipt:
            return unsent(receipt)
        while not client.flush(LOOK) and client.stats().last_error is None and clock() - began < timeout:
            pass  # flush has waited
        return judged(client.stats(), settings, clock() - began)
    finally:
        client.close(0.0)


def strict_bounds(settings: Settings, timeout: float) -> Settings:
    """The same way to the same place, at once and without patience."""
    request_timeout = min(settings.request_timeout, timeout)
    return replace(settings, flush_interval=0.0, request_timeout=request_timeout, before_send=(), context=None)


def unsent(receipt: Receipt) -> Finding:
    return error("probe", f"not taken: {receipt.reason}", receipt.detail)


def judged(stats: Stats, settings: Settings, seconds: float) -> Finding:
    """What became of the one message, to whoever set this up."""
    if stats.delivered:
        return ok("probe", f'accepted in {seconds:.2f} s; look for "{EVENT}" in the source\'s debugger')
    problem = stats.last_error
    if problem is None:
        text = f"no answer within {seconds:.1f} s"
        return error("probe", text, "Check host and what lies between it and this machine.")
    status = status_in(problem)
    if status in WRONG_KEY:
        return error("probe", f"the server does not know this write key ({problem})", key_cure(settings))
    if status and verdict(status) is Verdict.PAUSE:
        cure = "Check host: leave it out for Segment itself, else give the address in front of /v1/batch."
        return error("probe", f"the host does not speak Segment's Tracking API ({problem})", cure)
    if status == TOO_MANY or status >= SERVER_ERRORS:
        return error("probe", f"the server takes nothing now ({problem})", "Try again later; messages wait meanwhile.")
    checked = "oauth, host, proxy and ca_file" if settings.oauth else "host, proxy and ca_file"
    return error("probe", f"not delivered ({problem})", f"Check {checked}.")


def status_in(problem: str) -> int:
    """The HTTP status that an error of delivery names, 0 if the request brought no answer."""
    found = re.match(r"HTTP (\d+)", problem)
    return int(found[1]) if found else 0


def key_cure(settings: Settings) -> str:
    region = f", and that the workspace is in region '{settings.region}'" if settings.host is None else ""
    return f"Copy the write key from the source (Settings, API Keys) into SEGMENT_WRITE_KEY; check host{region}."
