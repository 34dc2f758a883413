"""Whether the running code may wait for a database: in an event loop it may not."""

from __future__ import annotations

from asyncio.events import _get_running_loop  # in its __all__, and without an exception where there is none


def in_event_loop() -> bool:
    """True on an event loop's own thread; False in the threads where Django runs synchronous code."""
    return _get_running_loop() is not None
