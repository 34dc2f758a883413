"""Neighbours, memory and idleness: what a client costs a process that is doing something else."""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import time
import tracemalloc

from benchmarks import sink
from benchmarks.events import ANONYMOUS, CONTEXT, PROPERTIES, USER
from segment_web import Analytics
from segment_web.scopes.current import entered
from segment_web.scopes.scope import Scope

NAP = 0.0005  # seconds a request thread waits, for a database say
PERIOD = 0.05  # seconds
PERIODS = 60
QUEUED = 10_000


def scope() -> Scope:
    return Scope(user_id=USER, anonymous_id=ANONYMOUS, context=CONTEXT)


def naps(seconds: float) -> list[float]:
    """How much later than asked each nap ended, in seconds."""
    late, end = [], time.perf_counter() + seconds
    while (began := time.perf_counter()) < end:
        time.sleep(NAP)
        late.append(time.perf_counter() - began - NAP)
    return late


def p99(late: list[float]) -> float:
    return statistics.quantiles(late, n=100)[98] * 1000


def neighbours() -> None:
    """One full batch per 50 ms leaves while this thread naps; making its events is not counted."""
    with (
        sink.running() as url,
        Analytics("k" * 32, host=url, flush_interval=60, batch_size=400) as client,
        entered(scope()),
    ):
        client.track("Order Completed", PROPERTIES)
        client.flush(5)
        idle, busy = [], []
        for _ in range(PERIODS):
            idle += naps(PERIOD)
            for _ in range(400):
                client.track("Order Completed", PROPERTIES)
            busy += naps(PERIOD)
    print(
        f"Neighbours: a nap of 0.5 ms ends late by p99 {p99(idle):.2f} ms idle, {p99(busy):.2f} ms while batches leave\n"
    )


def memory() -> None:
    client = Analytics("k" * 32, delivery="null", flush_interval=3600, queue_size=QUEUED + 1, batch_size=2500)
    with entered(scope()):
        client.track("Order Completed", PROPERTIES)
        body = len(client._own.delivery._lanes["default"].queue.waiting[0][3])
        client.flush(5)
        client._own.delivery._lanes["default"].pace = replace_count(client)
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(QUEUED):
            client.track("Order Completed", PROPERTIES)
        held = (tracemalloc.get_traced_memory()[0] - before) / QUEUED
        tracemalloc.stop()
    collect = min(timed(gc.collect) for _ in range(5))
    client.flush(30)
    empty = min(timed(gc.collect) for _ in range(5))
    print(f"Memory: a queued event costs {held:,.0f} bytes, {held / body:.2f} x its {body:,} bytes of JSON")
    print(f"        gc.collect() takes {collect:.1f} ms with {QUEUED:,} events queued, {empty:.1f} ms with none\n")


def replace_count(client: Analytics):  # type: ignore[no-untyped-def]
    """Keeps the whole queue waiting, to be weighed."""
    from dataclasses import replace

    return replace(client._own.delivery._lanes["default"].pace, count=QUEUED + 2, size=1 << 40)


def timed(action) -> float:  # type: ignore[no-untyped-def]
    began = time.perf_counter()
    action()
    return (time.perf_counter() - began) * 1000


def idle() -> None:
    client = Analytics("k" * 32, delivery="null", flush_interval=0.01)
    client.track("Thing Done", user_id=1)
    client.flush(5)
    time.sleep(0.1)  # the worker goes to sleep
    began, switched = time.process_time(), switches()
    time.sleep(2)
    woken = switches() - switched - 1  # our own sleep
    print(f"Idle: {woken} wake-ups and {(time.process_time() - began) * 1e6:,.0f} µs of CPU in 2 s; one thread\n")


def switches() -> int:
    """Voluntary context switches of all threads of this process."""
    total = 0
    for thread in os.listdir("/proc/self/task"):
        with open(f"/proc/self/task/{thread}/status") as status:
            total += sum(int(line.split()[1]) for line in status if line.startswith("voluntary_ctxt"))
    return total


def importing() -> None:
    bare, ours = (
        min(timed(lambda code=code: subprocess.run([sys.executable, "-c", code], check=True)) for _ in range(10))
        for code in ("", "import segment_web")
    )
    print(f"Import: {ours - bare:.0f} ms for import segment_web (a bare interpreter takes {bare:.0f} ms)\n")


if __name__ == "__main__":
    neighbours()
    memory()
    idle()
    importing()
