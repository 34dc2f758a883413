"""First of all: whether anything may be recorded in this scope."""

from __future__ import annotations

from segment_web.messages.message import Message
from segment_web.messages.reasons import BOT, Drop
from segment_web.scopes.scope import Scope


def admit(scope: Scope, user_id: object) -> Drop | None:
    """Drops what is said inside ``disabled()``, in a request that the application filtered out, or without consent."""
    return scope.drop


def admit_people(scope: Scope, user_id: object) -> Drop | None:
    """The same, and nothing of a bot leaves: every bot would be a billed user."""
    return scope.drop or (BOT if _is_bots(user_id, scope) else None)


def flag_bots(message: Message, scope: Scope) -> Drop | None:
    """Marks a bot's messages with ``context.bot: true``."""
    if (
        _is_bots(message.user_id, scope)
        and scope.drop is None
        and (message.context is None or isinstance(message.context, dict))
    ):
        message.context = {**(message.context or {}), "bot": True}
    return None


def _is_bots(user_id: object, scope: Scope) -> bool:
    """Whether a bot is the visitor of a message. A program that acts for a user (a webhook that names one, or a request
    with a session or token) is not a bot; ``user_id`` is the id that the call names."""
    return scope.is_bot and user_id is None and scope.user_id is None
