"""Which scope is current: a ContextVar first, then what a framework provides."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from segment_web.scopes.scope import Scope

_current: ContextVar[Scope | None] = ContextVar("segment_web.scope", default=None)
_providers: list[Callable[[], Scope | None]] = []


def current() -> Scope | None:
    """The scope of this request or task, None outside of any."""
    scope = _current.get()
    if scope is None and _providers:
        return next((found for provide in _providers if (found := provide()) is not None), None)
    return scope


def provide(provider: Callable[[], Scope | None]) -> None:
    """Adds a framework's way to find its request's scope where the ContextVar is empty."""
    if provider not in _providers:
        _providers.append(provider)


def swap(scope: Scope | None) -> Scope | None:
    """Makes ``scope`` current and returns the one before, which the caller must put back (no token: a stream's chunks
    may run in another context than the one that began it)."""
    before = _current.get()
    _current.set(scope)
    return before


@contextmanager
def entered(scope: Scope) -> Iterator[Scope]:
    """``scope`` is current inside the block."""
    before = swap(scope)
    try:
        yield scope
    finally:
        swap(before)


def _forget_in_child() -> None:
    _current.set(None)  # a forked worker does not act for the parent's visitor


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_child)
