"""Rounds of contenders, interleaved: machines are noisy, so only ratios within one run are worth anything."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType

ROUNDS = 15


def interleaved(
    contenders: Mapping[str, Callable[[], object]],
    *,
    calls: int,
    rounds: int = ROUNDS,
    collecting: bool = False,
    after: Mapping[str, Callable[[], object]] = MappingProxyType({}),
) -> dict[str, float]:
    """The median CPU time of this thread per call, in µs, for each contender.

    With ``collecting`` the garbage collector runs as it does in a server: each request of Django's is a cycle, and
    without it every round would go on in new memory. What is ``after`` a contender's round is not counted.
    """
    found: dict[str, list[float]] = {name: [] for name in contenders}
    for name, contender in contenders.items():
        for _ in range(calls // 4):
            contender()
        after.get(name, _nothing)()
    for _ in range(rounds):
        for name, contender in contenders.items():
            gc.collect()
            gc.freeze()
            if not collecting:
                gc.disable()
            began = time.thread_time()
            for _ in range(calls):
                contender()
            found[name].append((time.thread_time() - began) / calls * 1e6)
            gc.enable()
            after.get(name, _nothing)()
    return {name: statistics.median(times) for name, times in found.items()}


def _nothing() -> None: ...


def table(title: str, times: Mapping[str, float], base: str) -> str:
    lines = [title, ""]
    for name, spent in times.items():
        lines.append(f"  {name:<44} {spent:9.2f} µs   {spent / times[base]:6.2f} x {base}")
    return "\n".join([*lines, ""])
