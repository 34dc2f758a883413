"""Crawlers, health checks and scripts: dropped or flagged, before any work is done for them."""

from __future__ import annotations

from segment_web.messages.message import Message
from segment_web.messages.reasons import Drop, DropReason
from segment_web.scopes.scope import Scope

BOT = Drop(DropReason.BOT, "the visitor's user agent is a bot's, a script's or empty; SEGMENT bots='keep' records it")


def drop_bots(message: Message, scope: Scope) -> Drop | None:
    """Nothing of a bot leaves: every bot would be a billed user."""
    return BOT if scope.is_bot else None


def flag_bots(message: Message, scope: Scope) -> Drop | None:
    """Marks a bot's messages with ``context.bot: true``."""
    if scope.is_bot and (message.context is None or isinstance(message.context, dict)):
        message.context = {**(message.context or {}), "bot": True}
    return None
