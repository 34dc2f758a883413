"""Whether the running code may wait for a database: in an event loop it may not."""

from __future__ import annotations

import asyncio


def in_event_loop() -> bool:
    """True on an event loop's own thread; False in the threads where Django runs synchronous code."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
