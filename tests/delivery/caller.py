"""An application in a process of its own: it tracks at an even pace while its server misbehaves, and reports how it fared.

``python -m tests.delivery.caller URL SECONDS [CA_FILE]`` writes one line of JSON.
"""

from __future__ import annotations

import json
import sys
import threading
import time

from segment_web import Analytics
from segment_web.compose import transport_factory
from segment_web.delivery.transports.transport import Transport
from segment_web.messages.envelope import Batch
from segment_web.messages.outcome import Outcome
from segment_web.settings import load
from tests.delivery.measured import percentile, weight

REQUEST_TIMEOUT = 0.5
PACE = 0.001  # seconds between two calls


class Timed:
    """Measures every attempt of another transport."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.seconds: list[float] = []
        self.ended = threading.Event()

    def deliver(self, batch: Batch) -> Outcome:
        began = time.monotonic()
        try:
            return self._transport.deliver(batch)
        finally:
            self.seconds.append(time.monotonic() - began)
            self.ended.set()

    def close(self) -> None:
        self._transport.close()


def call_for(client: Analytics, seconds: float) -> list[float]:
    """Tracks for so long; how long each call took."""
    pause, waits = threading.Event(), []
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        began = time.perf_counter()
        receipt = client.track("Thing Done", {"price": 9.5, "tags": ["a", "b"]}, user_id="ann")
        waits.append(time.perf_counter() - began)
        assert receipt
        pause.wait(PACE)
    return waits


def main(url: str, seconds: str, ca_file: str | None = None) -> None:
    options = {"write_key": "caller-write-key", "host": url, "ca_file": ca_file, "flush_interval": 0.01}
    settings = load({**options, "request_timeout": REQUEST_TIMEOUT, "exit_timeout": 0.5})
    transport = Timed(transport_factory(settings)("default"))
    client = Analytics.from_settings(settings, transport=transport)
    client.prepare()
    before = weight()
    waits = call_for(client, float(seconds))
    transport.ended.wait(5)
    grown, stats = weight("VmHWM") - before, client.stats()
    began = time.monotonic()
    client.close()
    report = {
        "p99": percentile(waits, 0.99),
        "calls": len(waits),
        "grown": grown,
        "attempts": transport.seconds,
        "closing": time.monotonic() - began,
        "conserved": stats.accepted == stats.delivered + stats.lost + stats.pending == len(waits),
        "delivered": stats.delivered,
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main(*sys.argv[1:])
