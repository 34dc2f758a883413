"""Who a page may speak for: the visitor of the request that it came by, and nobody else."""

from __future__ import annotations

import logging

from segment_web.logs import log
from segment_web.messages.ids import as_text
from segment_web.messages.message import Message
from segment_web.messages.reasons import Drop, DropReason
from segment_web.web.cookies.ajs import MAX_ID
from segment_web.web.request.web_scope import WebScope
from segment_web.web.visitor.browser_memory import has_rivals
from segment_web.web.visitor.group import group_of

FOREIGN_USER = Drop(
    DropReason.FOREIGN_USER,
    "the browser's message belongs to another user, group or visitor than the present ones; nothing is merged",
)

IMPERSONATED = Drop(DropReason.FOREIGN_USER, "the browser is that of who acts as the logged-in user")

DESCRIBING = frozenset({"identify", "group", "alias"})  # they change a person's profile; the others record an event
OF_A_PERSON = ("traits", "groupId")  # fields of a context


def settle(message: Message, scope: WebScope) -> Drop | None:
    """Give a browser's message the ids of the request's visitor, or return the reason why it belongs to another person.

    The anonymous id is the cookie's, which analytics.js keeps equal to its own. The message's own id counts only if
    analytics.js cannot read the cookie (``httponly``, ``mode: "off"``, another origin), and never if the browser sends
    several ids: analytics.js may have read the one that another host has set. If the message has another anonymous id
    than the cookie, an earlier visitor made it: analytics.js keeps a message that it could not send in time, and sends
    it from the next page, which may be the next person's.

    A ``userId`` of the logged-in user proves that the message is theirs. Without it, a message of an earlier visitor or
    of another user is dropped if it would change a profile (the traits of an ``identify``, the group of a ``group``) or
    if it would become the logged-in user's. Otherwise it loses the ids and the context that describe a person. An
    ``alias`` cannot be undone: it may only link this visitor to this user. If the setting ``group`` names a user's
    group, a page cannot name another one. While one user acts as another, the browser belongs to the one and the request
    to the other: all messages are dropped.
    """
    if scope.is_impersonated:
        return IMPERSONATED
    claimed, known = as_text(message.user_id), as_text(scope.user_id)
    own, message.anonymous_id = as_text(message.anonymous_id), _anonymous_id(message, scope)
    names_another = claimed is not None and claimed != known
    is_proven = claimed is not None or (bool(own) and own == scope.cookie_id)
    is_late = bool(own) and own != message.anonymous_id and (claimed is None or names_another)
    if _is_foreign(message, names_another=names_another, is_late=is_late, is_known=known is not None):
        return FOREIGN_USER
    if known is not None and not is_proven and message.type in DESCRIBING:  # there is no cookie to compare its id with
        return FOREIGN_USER
    if names_another or is_late:
        _remove_user(message)
        _remove_context(message, *OF_A_PERSON)
    elif claimed != known:
        _remove_context(message, "traits")  # the page did not know the user whose id the message gets
    if message.type == "group" and _is_known_otherwise(message, scope):
        return FOREIGN_USER
    if message.type == "alias" and as_text(message.previous_id) not in (None, message.anonymous_id):
        return FOREIGN_USER
    return None


def _is_foreign(message: Message, *, names_another: bool, is_late: bool, is_known: bool) -> bool:
    """Whether nothing of the message may be recorded for the present visitor; ``is_known`` if a user is logged in."""
    if is_late:
        return names_another or is_known or message.type in DESCRIBING
    return names_another and (message.type == "alias" or (is_known and message.type in DESCRIBING))


def _remove_user(message: Message) -> None:
    if message.user_id is not None:
        _log_removal()
        message.user_id = None


def _remove_context(message: Message, *names: str) -> None:
    if isinstance(message.context, dict):
        for name in names:
            message.context.pop(name, None)


def _is_known_otherwise(message: Message, scope: WebScope) -> bool:
    """Whether the server knows the groups of its users, and this is not the one of the user who is logged in."""
    reader = scope.rules.group
    if reader is None:
        return False
    own = None if scope.user is None else group_of(scope.user, scope.request.native, reader)
    return own is None or as_text(message.group_id) != own.id


def _anonymous_id(message: Message, scope: WebScope) -> object:
    cookie = "" if scope.rules.cookie.httponly else scope.cookie_id
    if cookie or has_rivals(scope):
        return cookie or None
    own = as_text(message.anonymous_id)
    return own if not isinstance(own, str) or (own.isprintable() and 0 < len(own) <= MAX_ID) else None


def _log_removal() -> None:
    log(
        logging.INFO,
        "proxy:user",
        "segment_web took the userId off a browser's message: it was not the logged-in user's",
    )
