"""What an application's own tests use: everything it says is captured and nothing leaves.

::

    with capture_events() as events:
        client.post("/checkout")
    events.assert_tracked("Order Completed", user_id="42", properties={"total": 27.5})

With pytest the fixtures ``segment_events`` and ``segment_server`` are there without an import. Names are loaded when they
are first used, because pytest imports this package in every project.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from segment_web.testing.capture import capture_events
    from segment_web.testing.captured import CapturedEvents

__all__ = ["CapturedEvents", "capture_events"]

_HOMES = {"CapturedEvents": "captured", "capture_events": "capture"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
