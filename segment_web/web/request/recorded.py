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
    """Return the reason why ``client`` records nothing of the visitor of ``scope``, if no user is logged in.

    The user is not looked up.
    """
    return why_not(client, scope) or (BOT if client.drops_bots and scope.is_bot else None)


def why_not_request(client: Analytics, scope: Scope) -> Drop | None:
    """Return the reason why ``client`` records nothing of the visitor of ``scope``; a program's user is not a bot."""
    drop = why_not_visitor(client, scope)
    return None if drop is BOT and scope.user_id is not None else drop
