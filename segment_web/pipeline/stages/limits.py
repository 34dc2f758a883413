"""Segment's rules for a message: what it would answer 200 and discard in silence is dropped here, with its reason.

The codes are Segment's own discard codes; the rules are those of its Tracking API specification.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache

from segment_web.logs import log
from segment_web.messages.ids import as_text
from segment_web.messages.limits import MESSAGE_ID_LENGTH
from segment_web.messages.message import Context, Message
from segment_web.messages.reasons import NO_KEY, Drop, DropReason
from segment_web.pipeline.timestamps import written
from segment_web.scopes.scope import Scope
from segment_web.settings import DEFAULT_SOURCE

NO_IDENTITY = Drop(
    DropReason.NO_USER_ANON_ID,
    "no user_id or anonymous_id: pass one, or call inside a request or segment_web.scope(user_id=...)",
)
OBJECTS = frozenset({type(None), dict, Context})  # nearly all there are: asking the abstract Mapping costs much more
# Ids that Segment's platform blocks, or that only a template's accident makes; they would merge strangers into one.
SUSPICIOUS_IDS = frozenset({"-1", "null", "anonymous", "void", "abc123", "None", "undefined"})
NO_MOMENT = "timestamp must be a datetime or ISO-8601 text, with a time of day"
REMEMBERED = 256  # ids that were looked at: many messages are of the same
LONGEST_SUSPICIOUS = 36  # characters; a UUID of zeros is one


@dataclass(frozen=True, slots=True)
class Limits:
    """The first rule that a message breaks, None when it keeps them all. Its source is one of ``aliases``, of which
    ``keyless`` ones have no key; a time without an offset is taken in ``zone()``."""

    aliases: Collection[str]
    keyless: Collection[str]
    zone: Callable[[], tzinfo]

    def __call__(self, message: Message, scope: Scope) -> Drop | None:
        if (message.source is not None or self.keyless) and (drop := self._source(message.source)) is not None:
            return drop
        visitor = message.visitor
        if (visitor is None or not visitor.ending) and (drop := _identity(message)) is not None:
            return drop
        # What nearly all keep is asked in place: a call of ours costs each event.
        event, kind = message.event, type(message.properties)
        is_plain = message.type == "track" and type(event) is str and event and (kind is dict or kind in OBJECTS)
        if is_plain and message.stamped and visitor is not None and message.integrations is None:
            return None
        return self.content(message)

    def content(self, message: Message) -> Drop | None:
        """The rules that ask neither who the visitor is nor where the message goes."""
        return _CALLS.get(message.type, _page)(message) or _objects(message) or self._stamp(message)

    def _source(self, said: object) -> Drop | None:
        source = DEFAULT_SOURCE if said is None else said
        if isinstance(source, str) and source in self.aliases:
            return NO_KEY if source in self.keyless else None
        return Drop(DropReason.UNKNOWN_SOURCE, f"source must be one of {', '.join(sorted(self.aliases))}, or left out")

    def _stamp(self, message: Message) -> Drop | None:
        if message.stamped:
            return None
        message_id, moment = message.message_id, written(message.timestamp, self.zone)
        if type(message_id) is not str or not 0 < len(message_id) <= MESSAGE_ID_LENGTH:
            return Drop(
                DropReason.MESSAGE_ID_TOO_LONG, f"message_id must be 1 to {MESSAGE_ID_LENGTH} characters of text"
            )
        if moment is None:
            return Drop(DropReason.TIMESTAMP_INVALID, NO_MOMENT)
        message.timestamp = moment
        return None


def _identity(message: Message) -> Drop | None:
    user_id, anonymous_id = message.user_id, message.anonymous_id
    if user_id is None and anonymous_id is None:
        return NO_IDENTITY
    # In place, as much of it as nearly all need: a call of ours costs each event.
    if user_id is not None and not (
        type(user_id) is str and (len(user_id) > LONGEST_SUSPICIOUS or _is_ordinary(user_id))
    ):
        drop = _id(message, "user_id", user_id)
        if drop is not None:
            return drop
    if anonymous_id is not None and not (
        type(anonymous_id) is str and (len(anonymous_id) > LONGEST_SUSPICIOUS or _is_ordinary(anonymous_id))
    ):
        return _id(message, "anonymous_id", anonymous_id)
    return None


@lru_cache(maxsize=REMEMBERED)
def _is_ordinary(text: str) -> bool:
    """Whether an id of at most LONGEST_SUSPICIOUS characters is one, and none of those that merge strangers."""
    return text not in SUSPICIOUS_IDS and text.strip("0-") != ""


def _id(message: Message, name: str, value: object) -> Drop | None:
    text = as_text(value)
    if type(text) is not str or not text:
        return Drop(DropReason.ID_NOT_STRING, f"{name} must be a non-empty string or an int, not {_kind(value)}")
    setattr(message, name, text)  # before_send may have set a number
    if len(text) <= LONGEST_SUSPICIOUS and not _is_ordinary(text):
        log(logging.WARNING, f"id:{name}", f"segment_web: {name} is a placeholder that Segment may block")
    return None


def _track(message: Message) -> Drop | None:
    event = message.event
    if event is None or event == "":
        return Drop(DropReason.EVENT_NOT_DEFINED, "track() needs the event's name")
    if type(event) is not str:
        if not isinstance(event, str):
            return Drop(DropReason.EVENT_NOT_STRING, f"the event's name must be a string, not {_kind(event)}")
        message.event = str.__str__(event)  # of an Enum that is a string too, its value
    if type(message.properties) in OBJECTS:
        return None
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
        (None if message.name is None else _label(message, "name", DropReason.NAME_NOT_STRING))
        or (None if message.category is None else _label(message, "category", DropReason.CATEGORY_NOT_STRING))
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


def _objects(message: Message) -> Drop | None:
    return _object(message.context, DropReason.CONTEXT_NOT_OBJECT, "context") or _object(
        message.integrations, DropReason.INTEGRATIONS_NOT_OBJECT, "integrations"
    )


def _object(value: object, reason: DropReason, name: str) -> Drop | None:
    if type(value) in OBJECTS or isinstance(value, Mapping):
        return None
    return Drop(reason, f"{name} must be a dict, not {_kind(value)}")


def _label(message: Message, name: str, reason: DropReason) -> Drop | None:
    value = getattr(message, name)
    if isinstance(value, str) and value:
        setattr(message, name, str.__str__(value))
        return None
    return Drop(reason, f"{name} must be a non-empty string or left out, not {_kind(value)}")


def _needed(value: object, reason: DropReason, sentence: str) -> Drop | None:
    text = as_text(value)
    if text is None or text == "":
        return Drop(reason, sentence)
    return None if isinstance(text, str) else Drop(DropReason.ID_NOT_STRING, f"{sentence} that is a string or an int")


def _kind(value: object) -> str:
    return "an empty string" if value == "" and isinstance(value, str) else type(value).__name__
