"""Who sees each call as it is made, for a developer to look at: nobody, until a panel of a debug toolbar asks."""

from __future__ import annotations

from collections.abc import Callable

from segment_web.errors import InvalidMessage
from segment_web.messages.message import Message
from segment_web.messages.receipt import Receipt
from segment_web.scopes.scope import Scope

Over = Callable[[Receipt | InvalidMessage], None]
Ask = Callable[[Message | None, Scope], Over | None]

ask: Ask | None = None
"""Asked before a call is made, with its message (None: the queue is full, and none was built) and its scope; what it
returns is told how the call ended. It never raises."""


def appoint(witness: Ask) -> None:
    """Makes ``witness`` the one who is asked, from now on."""
    global ask
    ask = witness


def turned_away(scope: Scope, receipt: Receipt) -> None:
    """A call that was refused before its message was built."""
    if ask is not None and (over := ask(None, scope)) is not None:
        over(receipt)
