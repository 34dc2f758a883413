"""First of all: whether anything may be recorded in this scope."""

from __future__ import annotations

from segment_web.messages.message import Message
from segment_web.messages.reasons import BOT, Drop
from segment_web.scopes.scope import Scope


def admit(scope: Scope) -> Drop | None:
    """Drops what is said inside ``disabled()``, in a request that the application filtered out, or without consent."""
    return scope.drop


def admit_people(scope: Scope) -> Drop | None:
    """The same, and nothing of a bot leaves: every bot would be a billed user."""
    return scope.drop or (BOT if scope.is_bot else None)


def flag_bots(message: Message, scope: Scope) -> Drop | None:
    """Marks a bot's messages with ``context.bot: true``."""
    if scope.is_bot and scope.drop is None and (message.context is None or isinstance(message.context, dict)):
        message.context = {**(message.context or {}), "bot": True}
    return None
