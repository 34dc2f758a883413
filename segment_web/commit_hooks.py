"""Where a framework hands over how to run what waits for a commit that a test never makes."""

from __future__ import annotations

from collections.abc import Callable

_hooks: list[Callable[[], None]] = []


def register(hook: Callable[[], None]) -> None:
    """Adds a framework's way to do now what only a test's own transaction holds back."""
    if hook not in _hooks:
        _hooks.append(hook)


def run_due() -> None:
    """Puts every message whose transaction would have committed by now, were it not for the test's own."""
    for hook in list(_hooks):
        hook()
