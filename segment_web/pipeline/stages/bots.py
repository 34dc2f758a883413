"""Drop or mark the messages of bots: every bot would be a billed user."""

from __future__ import annotations

from segment_web.messages.message import Message
from segment_web.messages.reasons import BOT, Drop
from segment_web.scopes.scope import Scope


def drop_bots(message: Message, scope: Scope) -> Drop | None:
    """Drop the message if a bot is its visitor."""
    return BOT if _is_a_bots(message, scope) else None


def mark_bots(message: Message, scope: Scope) -> Drop | None:
    """Mark a bot's message with ``context.bot: true``."""
    if (message.context is None or isinstance(message.context, dict)) and _is_a_bots(message, scope):
        message.context = {**(message.context or {}), "bot": True}
    return None


def _is_a_bots(message: Message, scope: Scope) -> bool:
    """Whether a bot is the visitor. A program that acts for a user is not a bot: a webhook that names the user, or a
    request with a session or token. ``message.user_id`` is the id that the call names."""
    return scope.is_bot and message.user_id is None and scope.user_id is None
