"""The one answer to the question why nothing is recorded here."""

from __future__ import annotations

from segment_web.client import Analytics
from segment_web.messages.reasons import BOT, Drop
from segment_web.scopes.scope import Scope


def why_not(client: Analytics, scope: Scope | None) -> Drop | None:
    """Return the reason why ``client`` records nothing in ``scope``, bots apart; None if it records.

    The client is switched off or has no key; else the scope is disabled, filtered out, or without consent.
    """
    return client.silence or (None if scope is None else scope.drop)


def why_not_visitor(client: Analytics, scope: Scope) -> Drop | None:
    """Return the reason why ``client`` records nothing of the visitor of ``scope``.

    The user is looked up only if a program has sent the request: a user of a program is not a bot.
    """
    if (drop := why_not(client, scope)) is not None:
        return drop
    return BOT if client.drops_bots and scope.is_bot and scope.user_id is None else None
