"""Who a page may speak for: the visitor of the request that it came by, and nobody else."""

from __future__ import annotations

import logging

from segment_web.logs import log
from segment_web.messages.ids import as_text
from segment_web.messages.message import Message
from segment_web.messages.reasons import Drop, DropReason
from segment_web.web.capture import WebScope
from segment_web.web.cookies import MAX_ID

FOREIGN_USER = Drop(
    DropReason.FOREIGN_USER, "the browser named a user who is not the one that is logged in here; nothing is merged"
)


def settle(message: Message, scope: WebScope) -> Drop | None:
    """Makes the ids of a browser's message those of the request's visitor, or says why it cannot be one of theirs.

    The anonymous id is the cookie's, which analytics.js keeps equal to its own; only where the cookie is out of its
    reach (``httponly``, ``mode: "off"``, another origin) is its own word taken. A ``userId`` stays if it is the
    logged-in user's and is taken off otherwise. What describes or merges a user is dropped then: the traits of an
    ``identify`` would land on whoever is logged in, and an ``alias`` cannot be undone. And where the anonymous id is
    another one besides, it was said by who was here before: analytics.js keeps what it could not send in time, and
    sends it from the next page, which may be the next person's.
    """
    claimed, known = as_text(message.user_id), as_text(scope.user_id)
    own, message.anonymous_id = as_text(message.anonymous_id), _anonymous_id(message, scope)
    if claimed is not None and (known is None or claimed != known):
        was_before = own is not None and own != message.anonymous_id
        if was_before or message.type == "alias" or (message.type == "identify" and known is not None):
            return FOREIGN_USER
        _told()
        message.user_id = None
    if message.type == "alias" and as_text(message.previous_id) not in (None, message.anonymous_id):
        return FOREIGN_USER
    return None


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
