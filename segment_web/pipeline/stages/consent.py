"""Drop messages where nothing may be recorded: before any work, and without a look at the user."""

from __future__ import annotations

from segment_web.messages.message import Message
from segment_web.messages.reasons import Drop
from segment_web.scopes.scope import Scope


def consent(message: Message, scope: Scope) -> Drop | None:
    """Drop a message inside ``disabled()``, of a request that a setting filters out, or without consent.

    The age of the scope is noted, so that the enrich stage asks again if application code has changed the scope since.
    """
    message.asked_at = scope.age
    return scope.drop
