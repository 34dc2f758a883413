"""The hooks by which a panel of a debug toolbar sees each call; without a panel both are None."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from segment_web.errors import InvalidMessage
from segment_web.messages.message import Message
from segment_web.messages.receipt import Receipt
from segment_web.scopes.scope import Scope

Over = Callable[[Receipt | InvalidMessage], None]
Given = Callable[[Sequence[Any], Scope, str], None]
Ask = Callable[[Message | None, Scope], Over | None]

ask: Ask | None = None
"""Asked before a call is made, with its message (None: the queue is full, and none was built) and its scope; what it
returns is told how the call ended. It never raises."""


given: Given | None = None
"""Called with each call of analytics.js (method and arguments) that a page hands to its browser, its scope, and a
sentence about its making. It never raises."""


def appoint(witness: Ask, browser: Given) -> None:
    """Set both hooks."""
    global ask, given
    ask, given = witness, browser


def give(calls: Iterable[Sequence[Any]], scope: Scope, remark: str = "") -> None:
    """Report that a page hands these calls to its browser."""
    if given is not None:
        for call in calls:
            given(call, scope, remark)


def turned_away(scope: Scope, receipt: Receipt) -> None:
    """A call that was refused before its message was built."""
    if ask is not None and (over := ask(None, scope)) is not None:
        over(receipt)
