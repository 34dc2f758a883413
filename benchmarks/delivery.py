"""Enqueue, then flush: events per second and CPU per event, each contender in processes of its own, in turns."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks import sink
from benchmarks.events import ANONYMOUS, CONTEXT, PROPERTIES, USER

EVENTS = 50_000
SLOW_EVENTS = 10_000
LATENCY = 0.1  # seconds the server takes for each answer
ROUNDS = 3


def ours(url: str, events: int) -> None:
    from segment_web import Analytics
    from segment_web.scopes.current import entered
    from segment_web.scopes.scope import Scope

    client = Analytics("k" * 32, host=url, queue_size=events + 1, queue_bytes=1 << 40)
    with entered(Scope(user_id=USER, anonymous_id=ANONYMOUS, context=CONTEXT)):
        for _ in range(events):
            client.track("Order Completed", PROPERTIES)
    assert client.flush(120)


def floor(url: str, events: int) -> None:
    """orjson on the caller, joined bodies, ISA-L, one httpx connection: the least a client could do here."""
    import httpx
    import orjson
    from isal import igzip

    waiting = []
    for _ in range(events):
        own = {"messageId": os.urandom(16).hex(), "timestamp": "2026-01-01T00:00:00.000Z", "userId": USER}
        fields = {"type": "track", "event": "Order Completed", "properties": PROPERTIES, "context": CONTEXT}
        waiting.append(orjson.dumps({**fields, **own, "anonymousId": ANONYMOUS}))
    with httpx.Client(base_url=url, trust_env=False) as client:
        for start in range(0, events, 400):
            body = b'{"batch":[' + b",".join(waiting[start : start + 400]) + b"]}"
            headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
            client.post("/v1/batch", content=igzip.compress(body, compresslevel=1), headers=headers)


def peer(url: str, events: int) -> None:
    from segment.analytics import Client

    client = Client("k" * 32, host=url, max_queue_size=events + 1, upload_size=100)
    for _ in range(events):
        client.track(USER, "Order Completed", PROPERTIES, CONTEXT, anonymous_id=ANONYMOUS)
    client.flush()
    client.join()


CONTENDERS: dict[str, Callable[[str, int], None]] = {
    "floor": floor,
    "segment_web": ours,
    "segment-analytics-python": peer,
}


def measure(name: str, url: str, events: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.delivery", "--run", name, "--url", url, "--events", str(events)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    counted = sink.counts(url)
    assert counted["events"] == counted["distinct"] == events, (name, counted)
    found: dict[str, Any] = {**json.loads(done.stdout), **counted}
    return found


def run(name: str, url: str, events: int) -> None:
    """One contender, in this process; imports and the first connection are not counted."""
    CONTENDERS[name](url, 1)
    sink.counts(url)
    wall, cpu = time.perf_counter(), time.process_time()
    CONTENDERS[name](url, events)
    print(json.dumps({"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}))


def table(title: str, names: list[str], events: int, delay: float) -> None:
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    with sink.running(delay) as url:
        for _ in range(ROUNDS):
            for name in names:
                rows[name].append(measure(name, url, events))
    speed = {name: statistics.median(events / row["wall"] for row in found) for name, found in rows.items()}
    cpu = {name: statistics.median(row["cpu"] / events * 1e6 for row in found) for name, found in rows.items()}
    print(f"{title}\n")
    for name in names:
        requests = rows[name][-1]["requests"]
        print(f"  {name:<28} {speed[name]:9,.0f} events/s   {cpu[name]:7.1f} µs of CPU an event   {requests} requests")
    if "segment-analytics-python" in names:
        ratio = speed["segment_web"] / speed["segment-analytics-python"]
        print(f"\n  events/s: {ratio:.1f} x segment-analytics-python", end="")
    print(f"   CPU: {cpu['segment_web'] / cpu['floor']:.2f} x floor\n")


def main() -> None:
    parser = argparse.ArgumentParser()
    for option in ("--run", "--url"):
        parser.add_argument(option)
    parser.add_argument("--events", type=int)
    options = parser.parse_args()
    if options.run:
        run(options.run, options.url, options.events)
        return
    names = [name for name in CONTENDERS if name != "segment-analytics-python" or importlib.util.find_spec("segment")]
    table(f"Deliver {EVENTS:,} events", names, EVENTS, 0.0)
    table(f"Deliver {SLOW_EVENTS:,} events, the server takes {LATENCY * 1000:g} ms", names, SLOW_EVENTS, LATENCY)


if __name__ == "__main__":
    main()
