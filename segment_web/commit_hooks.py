"""Where a framework hands over how to run what waits for a commit that a test never makes."""

from __future__ import annotations

import threading
from collections.abc import Callable

_hooks: list[Callable[[], None]] = []
_present = threading.local()  # ``is_running`` while this thread runs the hooks


def register(hook: Callable[[], None]) -> None:
    """Adds a framework's way to do now what only a test's own transaction holds back."""
    if hook not in _hooks:
        _hooks.append(hook)


def run_due() -> None:
    """Put every message whose transaction has ended inside the test's own, which never commits. A message that is put by
    this call runs nothing anew."""
    if getattr(_present, "is_running", False):
        return
    _present.is_running = True
    try:
        for hook in list(_hooks):
            hook()
    finally:
        _present.is_running = False
