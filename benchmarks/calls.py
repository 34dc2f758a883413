"""What a track() costs its caller: warm scope, default pipeline, against Segment's own library and the floor."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime

import orjson

from benchmarks.events import ANONYMOUS, CONTEXT, PROPERTIES, USER
from benchmarks.timing import interleaved, table
from segment_web import Analytics
from segment_web.scopes.current import swap
from segment_web.scopes.scope import Scope


def warm_client() -> Analytics:
    """A client whose queue is never full, inside of a scope that knows everything."""
    swap(Scope(user_id=USER, anonymous_id=ANONYMOUS, context=CONTEXT))
    roomy = {"queue_size": 10**9, "queue_bytes": 2**40, "batch_size": 2500}
    return Analytics("k" * 32, delivery="null", flush_interval=3600, **roomy)


def contenders() -> dict[str, Callable[[], object]]:
    client = warm_client()
    full = Analytics("k" * 32, delivery="null", queue_size=1, flush_interval=3600)
    full.track("First", user_id=1)
    waiting: deque[bytes] = deque(maxlen=10_000)

    def floor() -> None:
        fields = {"type": "track", "event": "Order Completed", "properties": PROPERTIES, "context": CONTEXT}
        own = {
            "messageId": os.urandom(16).hex(),
            "timestamp": datetime.now(UTC),
            "userId": USER,
            "anonymousId": ANONYMOUS,
        }
        waiting.append(orjson.dumps({**fields, **own}))

    rows: dict[str, Callable[[], object]] = {
        "floor": floor,
        "segment_web": lambda: client.track("Order Completed", PROPERTIES),
        "segment_web, queue full": lambda: full.track("Order Completed", PROPERTIES),
    }
    try:
        from segment.analytics import Client
    except ImportError:
        return rows
    peer = Client("k" * 32, max_queue_size=10**9, send=False)
    rows["segment-analytics-python"] = lambda: peer.track(USER, "Order Completed", PROPERTIES, CONTEXT)
    return rows


def main() -> None:
    print(table("track(), CPU on the caller's thread", interleaved(contenders(), calls=2000), "floor"))


if __name__ == "__main__":
    main()
    os._exit(0)  # peers wait for their threads
