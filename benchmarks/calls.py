"""What a track() costs its caller: warm scope, default pipeline, against Segment's own library and the floor."""

from __future__ import annotations

import importlib.util
import os
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import orjson

from benchmarks.events import ANONYMOUS, CONTEXT, PROPERTIES, USER
from benchmarks.timing import interleaved, table
from segment_web import Analytics
from segment_web.scopes.current import swap
from segment_web.scopes.scope import Scope

BURST = 2_000  # events


def warm_client() -> Analytics:
    """A client whose queue is never full, inside of a scope that knows everything."""
    swap(Scope(user_id=USER, anonymous_id=ANONYMOUS, context=CONTEXT))
    roomy = {"queue_size": 10**9, "queue_bytes": 2**40, "batch_size": 2500}
    return Analytics("k" * 32, delivery="null", flush_interval=3600, **roomy)


def floor(waiting: deque[bytes], kept: Callable[[bytes], bytes]) -> None:
    fields = {"type": "track", "event": "Order Completed", "properties": PROPERTIES, "context": CONTEXT}
    own = {
        "messageId": os.urandom(16).hex(),
        "timestamp": datetime.now(UTC),
        "userId": USER,
        "anonymousId": ANONYMOUS,
    }
    waiting.append(kept(orjson.dumps({**fields, **own})))


class Contenders:
    """What each calls, and how its queue is emptied: all of them hold what a burst has put there until it is over."""

    def __init__(self) -> None:
        self.calls: dict[str, Callable[[], object]] = {}
        self.empty: dict[str, Callable[[], object]] = {}
        self._floor()
        self._ours()
        self._peer()

    def _floor(self) -> None:
        """As orjson returns the bytes, some 4 kB for an event of 1, and copied to their size as a bounded queue needs them."""
        for name, kept in (
            ("floor", lambda body: body),
            ("floor, bytes at their size", lambda body: b"".join((body, b""))),
        ):
            waiting: deque[bytes] = deque()
            self.add(name, partial(floor, waiting, kept), waiting.clear)

    def _ours(self) -> None:
        client = warm_client()
        full = Analytics("k" * 32, delivery="null", queue_size=1, flush_interval=3600)
        for event in ("First", "Refused"):
            full.track(event, user_id=1)
        self.add("segment_web", lambda: client.track("Order Completed", PROPERTIES), lambda: client.flush(60))
        self.calls["segment_web, queue full"] = lambda: full.track("Order Completed", PROPERTIES)

    def _peer(self) -> None:
        if importlib.util.find_spec("segment") is None:
            return
        from segment.analytics import Client

        peer = Client("k" * 32, max_queue_size=10**9, send=False)
        call = partial(peer.track, USER, "Order Completed", PROPERTIES, CONTEXT)
        self.add("segment-analytics-python", call, peer.queue.queue.clear)

    def add(self, name: str, call: Callable[[], object], empty: Callable[[], object]) -> None:
        self.calls[name], self.empty[name] = call, empty


def main() -> None:
    found = Contenders()
    times = interleaved(found.calls, calls=BURST, after=found.empty)
    print(table(f"track() in bursts of {BURST:,}, CPU on the caller's thread", times, "floor"))


if __name__ == "__main__":
    main()
    os._exit(0)  # peers wait for their threads
