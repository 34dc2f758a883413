"""Where the time of a warm track() goes: each stage alone over many messages, and the rest by subtraction."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable
from typing import Any

from benchmarks.calls import warm_client
from benchmarks.events import PROPERTIES
from segment_web import Message
from segment_web.messages import ids
from segment_web.scopes.current import current
from segment_web.scopes.scope import Scope

MESSAGES = 20_000
ROUNDS = 7  # the quickest counts


def main() -> None:
    client = warm_client()
    client.track("Order Completed", PROPERTIES)  # the scope's context is finished by the first event
    scope = current()
    assert scope is not None
    runtime = client._own
    best: dict[str, float] = {}
    for _ in range(ROUNDS):
        for name, spent in _pieces(client, runtime, scope):
            best[name] = min(spent, best.get(name, spent))
    whole = best.pop("whole")
    print("Where a warm track() spends its time\n")
    for name, spent in {**best, "calls between these, scope, receipt": whole - sum(best.values())}.items():
        print(f"  {name:<44} {spent:9.2f} µs   {spent / whole:6.0%}")
    print(f"  {'all of it':<44} {whole:9.2f} µs\n")


def _pieces(client: Any, runtime: Any, scope: Scope) -> list[tuple[str, float]]:
    made: list[Message] = []

    def build(_: int) -> None:
        made.append(Message("track", event="Order Completed", properties=PROPERTIES))

    def stamp(n: int) -> None:
        ids.stamp(made[n])

    pieces = [("the message", _timed(build)), ("its id and time", _timed(stamp))]
    for stage in runtime.pipeline.stages:
        name = type(stage.__self__).__name__.lower() if hasattr(stage, "__self__") else stage.__name__
        pieces.append((f"stage {name}", _timed(lambda n, stage=stage: stage(made[n], scope))))
    envelopes: list[Any] = []
    pieces.append(("encode", _timed(lambda n: envelopes.append(runtime.pipeline.encode.envelope(made[n])))))
    pieces.append(("queue", _timed(lambda n: runtime.delivery.put(envelopes[n]))))
    pieces.append(("whole", _timed(lambda _: client.track("Order Completed", PROPERTIES))))
    return pieces


def _timed(work: Callable[[int], object]) -> float:
    """µs of CPU for each message, less what the loop itself takes."""
    gc.collect()
    gc.disable()
    began = time.thread_time()
    for n in range(MESSAGES):
        work(n)
    spent = time.thread_time() - began
    began = time.thread_time()
    for n in range(MESSAGES):
        _nothing(n)
    gc.enable()
    return (spent - (time.thread_time() - began)) / MESSAGES * 1e6


def _nothing(_: int) -> None: ...


if __name__ == "__main__":
    main()
    os._exit(0)
