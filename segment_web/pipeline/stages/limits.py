"""Segment's rules for a message: what it would answer 200 and discard in silence is dropped here, with its reason.

The codes are Segment's own discard codes; the rules are those of its Tracking API specification.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from segment_web.logs import log
from segment_web.messages.ids import as_text
from segment_web.messages.limits import MESSAGE_ID_LENGTH
from segment_web.messages.message import Context, Message
from segment_web.messages.reasons import Drop, DropReason
from segment_web.scopes.scope import Scope

NO_IDENTITY = Drop(
    DropReason.NO_USER_ANON_ID,
    "no user_id or anonymous_id: pass one, or call inside a request or segment_web.scope(user_id=...)",
)
OBJECTS = frozenset({type(None), dict, Context})  # nearly all there are: asking the abstract Mapping costs much more
# Ids that Segment's platform blocks, or that only a template's accident makes; they would merge strangers into one.
SUSPICIOUS_IDS = frozenset({"-1", "null", "anonymous", "void", "abc123", "None", "undefined"})
LONGEST_SUSPICIOUS = 36  # characters; a UUID of zeros is one


def limits(message: Message, scope: Scope) -> Drop | None:
    """The first rule that the message breaks, None when it keeps them all."""
    return _identity(message) or content(message)


def content(message: Message) -> Drop | None:
    """The rules that do not ask who the visitor is."""
    return _CALLS.get(message.type, _page)(message) or _envelope(message)


def _identity(message: Message) -> Drop | None:
    user_id, anonymous_id = message.user_id, message.anonymous_id
    if user_id is None and anonymous_id is None:
        return NO_IDENTITY
    return (
        (user_id is not None and _id(message, "user_id", user_id))
        or (anonymous_id is not None and _id(message, "anonymous_id", anonymous_id))
        or None
    )


def _id(message: Message, name: str, value: object) -> Drop | None:
    text = value if type(value) is str else as_text(value)
    if type(text) is not str or not text:
        return Drop(DropReason.ID_NOT_STRING, f"{name} must be a non-empty string or an int, not {_kind(value)}")
    if text is not value:
        setattr(message, name, text)  # before_send may have set a number
    if len(text) <= LONGEST_SUSPICIOUS and (text in SUSPICIOUS_IDS or not text.strip("0-")):
        log(logging.WARNING, f"id:{name}", f"segment_web: {name} is a placeholder that Segment may block")
    return None


def _track(message: Message) -> Drop | None:
    event = message.event
    if type(event) is not str and isinstance(event, str):
        message.event = event = str(event)
    if event is None or event == "":
        return Drop(DropReason.EVENT_NOT_DEFINED, "track() needs the event's name")
    if type(event) is not str:
        return Drop(DropReason.EVENT_NOT_STRING, f"the event's name must be a string, not {_kind(event)}")
    return _object(message.properties, DropReason.PROPERTIES_NOT_OBJECT, "properties")


def _identify(message: Message) -> Drop | None:
    return _object(message.traits, DropReason.TRAITS_NOT_OBJECT, "traits")


def _group(message: Message) -> Drop | None:
    missing = _needed(message.group_id, DropReason.GROUP_ID_REQUIRED, "group() needs a group_id")
    message.group_id = as_text(message.group_id)
    return missing or _object(message.traits, DropReason.TRAITS_NOT_OBJECT, "traits")


def _alias(message: Message) -> Drop | None:
    missing = _needed(message.previous_id, DropReason.PREVIOUS_ID_REQUIRED, "alias() needs a previous_id")
    message.previous_id = as_text(message.previous_id)
    return missing


def _page(message: Message) -> Drop | None:
    return (
        (None if message.name is None else _label(message.name, DropReason.NAME_NOT_STRING, "name"))
        or (None if message.category is None else _label(message.category, DropReason.CATEGORY_NOT_STRING, "category"))
        or _object(message.properties, DropReason.PROPERTIES_NOT_OBJECT, "properties")
    )


_CALLS: Mapping[str, Callable[[Message], Drop | None]] = {
    "track": _track,
    "identify": _identify,
    "group": _group,
    "alias": _alias,
    "page": _page,
    "screen": _page,
}


def _envelope(message: Message) -> Drop | None:
    if type(message.context) not in OBJECTS and not isinstance(message.context, Mapping):
        return Drop(DropReason.CONTEXT_NOT_OBJECT, f"context must be a dict, not {_kind(message.context)}")
    if type(message.integrations) not in OBJECTS and not isinstance(message.integrations, Mapping):
        return Drop(
            DropReason.INTEGRATIONS_NOT_OBJECT, f"integrations must be a dict, not {_kind(message.integrations)}"
        )
    message_id = message.message_id
    if type(message_id) is not str or not 0 < len(message_id) <= MESSAGE_ID_LENGTH:
        return Drop(DropReason.MESSAGE_ID_TOO_LONG, f"message_id must be 1 to {MESSAGE_ID_LENGTH} characters of text")
    return _timestamp(message.timestamp)


def _object(value: object, reason: DropReason, name: str) -> Drop | None:
    if type(value) in OBJECTS or isinstance(value, Mapping):
        return None
    return Drop(reason, f"{name} must be a dict, not {_kind(value)}")


def _label(value: object, reason: DropReason, name: str) -> Drop | None:
    if isinstance(value, str) and value:
        return None
    return Drop(reason, f"{name} must be a non-empty string or left out, not {_kind(value)}")


def _needed(value: object, reason: DropReason, sentence: str) -> Drop | None:
    text = as_text(value)
    if text is None or text == "":
        return Drop(reason, sentence)
    return None if isinstance(text, str) else Drop(DropReason.ID_NOT_STRING, f"{sentence} that is a string or an int")


def _timestamp(value: object) -> Drop | None:
    if isinstance(value, datetime):
        return None
    try:
        datetime.fromisoformat(value)  # type: ignore[arg-type] # anything but ISO text raises, which is the point
    except (TypeError, ValueError):
        return Drop(DropReason.TIMESTAMP_INVALID, "timestamp must be a datetime or ISO-8601 text")
    return None


def _kind(value: object) -> str:
    return "an empty string" if value == "" and isinstance(value, str) else type(value).__name__
