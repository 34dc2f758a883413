"""An application whose server is down for ever.

``python -m tests.delivery.outage URL CALLS BYTES``, with events of so many bytes of text, writes one line of JSON.
"""

from __future__ import annotations

import json
import logging
import sys
import time

from segment_web import Analytics
from tests.delivery.measured import weight


class Counting(logging.Handler):
    """Keeps the log's lines."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def main(url: str, calls: str, size: str) -> None:
    log, text = Counting(), "x" * int(size)
    logging.basicConfig(level=logging.INFO, handlers=[log])
    client = Analytics("outage-write-key", host=url, exit_timeout=0.1)
    client.prepare()
    before, began = weight(), time.monotonic()
    for n in range(int(calls)):
        client.track("Thing Done", {"n": n, "text": text}, user_id=f"visitor {n}")
    seconds = time.monotonic() - began
    stats = client.stats()
    client.close()
    after = client.stats()
    report = {
        "seconds": seconds,
        "grown": weight("VmHWM") - before,
        "bound": client.settings.queue_bytes,
        "lines": log.lines,
        "accepted": stats.accepted,
        "conserved": stats.accepted == stats.delivered + stats.lost + stats.pending,
        "counted": after.accepted + after.skipped == int(calls) and after.lost == after.accepted,
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main(*sys.argv[1:])
