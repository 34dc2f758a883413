"""Who a page may speak for: the visitor of the request that it came by, and nobody else."""

from __future__ import annotations

import logging

from segment_web.logs import log
from segment_web.messages.ids import as_text
from segment_web.messages.message import Message
from segment_web.messages.reasons import Drop, DropReason
from segment_web.web.capture import WebScope
from segment_web.web.cookies import MAX_ID
from segment_web.web.groups import group_of

FOREIGN_USER = Drop(
    DropReason.FOREIGN_USER, "the browser named a user or a group that is not the logged-in user's; nothing is merged"
)

IMPERSONATED = Drop(DropReason.FOREIGN_USER, "the browser is that of who acts as the logged-in user")


def settle(message: Message, scope: WebScope) -> Drop | None:
    """Makes the ids of a browser's message those of the request's visitor, or says why it cannot be one of theirs.

    The anonymous id is the cookie's, which analytics.js keeps equal to its own; only where the cookie is out of its
    reach (``httponly``, ``mode: "off"``, another origin) is its own word taken. A ``userId`` stays if it is the
    logged-in user's and is taken off otherwise. What describes or merges a user is dropped then: the traits of an
    ``identify`` and the group of a ``group`` would land on whoever is logged in, and an ``alias`` cannot be undone.
    Where the setting ``group`` tells whose group is whose, a page says no other. And where the anonymous id is another
    one besides, it was said by who was here before: analytics.js keeps what it could not send in time, and sends it from
    the next page, which may be the next person's. While somebody acts as another user, the browser is the one's and the
    request the other's: nothing that a page says then is either's.
    """
    if scope.is_impersonated:
        return IMPERSONATED
    claimed, known = as_text(message.user_id), as_text(scope.user_id)
    own, message.anonymous_id = as_text(message.anonymous_id), _anonymous_id(message, scope)
    if claimed is not None and (known is None or claimed != known):
        was_before = own is not None and own != message.anonymous_id
        describes = message.type in ("identify", "group") and known is not None
        if was_before or describes or message.type == "alias":
            return FOREIGN_USER
        _told()
        message.user_id = None
        if isinstance(message.context, dict):
            message.context.pop("traits", None)  # of the user who was named
    if message.type == "group" and _is_known_otherwise(message, scope):
        return FOREIGN_USER
    if message.type == "alias" and as_text(message.previous_id) not in (None, message.anonymous_id):
        return FOREIGN_USER
    return None


def _is_known_otherwise(message: Message, scope: WebScope) -> bool:
    """Whether the server knows the groups of its users, and this is not the one of the user who is logged in."""
    reader = scope.rules.group
    if reader is None:
        return False
    own = None if scope.user is None else group_of(scope.user, scope.request.native, reader)
    return own is None or as_text(message.group_id) != own.id


def _anonymous_id(message: Message, scope: WebScope) -> object:
    cookie = "" if scope.rules.cookie.httponly else scope.cookie_id
    if cookie:
        return cookie
    own = as_text(message.anonymous_id)
    return own if not isinstance(own, str) or (own.isprintable() and 0 < len(own) <= MAX_ID) else None


def _told() -> None:
    log(
        logging.INFO,
        "proxy:user",
        "segment_web took the userId off a browser's message: it was not the logged-in user's",
    )
