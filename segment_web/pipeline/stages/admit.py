"""First of all: whether anything may be recorded in this scope."""

from __future__ import annotations

from segment_web.messages.message import Message
from segment_web.messages.reasons import Drop
from segment_web.scopes.scope import Scope


def admit(message: Message, scope: Scope) -> Drop | None:
    """Drops what is said inside ``disabled()`` or in a request that the application filtered out."""
    return scope.drop
