"""Which scope is current: the innermost block of a ContextVar, inside what a framework says of its request."""

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
    for provide in _providers:
        request = provide()
        if request is not None and not _is_within(scope, request):
            return request  # it began inside the block of ``scope``, if there is one, which is another visitor's
    return scope


def block() -> Scope | None:
    """The scope of the innermost ``with`` block around this code, whosever it is; where a framework's own hangs on the
    ContextVar, that of the request counts as one."""
    return _current.get()


def provide(provider: Callable[[], Scope | None]) -> None:
    """Adds a framework's way to find its running request's scope, where that does not hang on the ContextVar."""
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


def _is_within(scope: Scope | None, request: Scope) -> bool:
    while scope is not None and scope is not request:
        scope = scope.around
    return scope is request


def _forget_in_child() -> None:
    _current.set(None)  # a forked worker does not act for the parent's visitor


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_child)
