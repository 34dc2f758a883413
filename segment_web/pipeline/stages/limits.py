"""Segment's rules for a message: what it would answer 200 and discard in silence is dropped here, with its reason.

The codes are Segment's own discard codes; the rules are those of its Tracking API specification.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache

from orjson import loads

from segment_web.logs import log
from segment_web.messages.discards import (
    CONSENT,
    CONSENT_EVENT,
    ENVELOPE,
    IDS,
    MESSAGE_ID,
    OF_TYPE,
    Rule,
    first_broken,
)
from segment_web.messages.ids import as_text
from segment_web.messages.limits import MESSAGE_ID_LENGTH
from segment_web.messages.message import Context, Message
from segment_web.messages.reasons import NO_KEY, Drop, DropReason
from segment_web.pipeline.sanitise import Encoder
from segment_web.pipeline.stages.refusals import refusal
from segment_web.pipeline.timestamps import written
from segment_web.pipeline.volume import Volume
from segment_web.settings.connection import DEFAULT_SOURCE

NO_IDENTITY = Drop(
    DropReason.NO_USER_ANON_ID,
    "no user_id or anonymous_id: pass one, or call inside a request or segment_web.scope(user_id=...)",
)
TYPE_UNKNOWN = Drop(DropReason.TYPE_UNKNOWN, "the message's type is none of the six calls")
# An alias's own rules depend on the visitor, whose id is the default of its previous_id.
CONTENT = {kind: (*(() if kind == "alias" else rules), *ENVELOPE) for kind, rules in OF_TYPE.items()}
OBJECTS = frozenset({type(None), dict, Context})  # nearly all there are: asking the abstract Mapping costs much more
# Ids that Segment's platform blocks, or that only a template's accident makes; they would merge strangers into one.
SUSPICIOUS_IDS = frozenset({"-1", "null", "anonymous", "void", "abc123", "None", "undefined"})
NO_MOMENT = "timestamp must be a datetime or ISO-8601 text, with a time of day"
REMEMBERED = 256  # ids that were looked at: many messages are of the same
LONGEST_SUSPICIOUS = 36  # characters; a UUID of zeros is one


@dataclass(frozen=True, slots=True)
class Limits:
    """The first rule that a message breaks, None when it keeps them all. Its source is one of ``aliases``, of which
    ``keyless`` ones have no key; a time without an offset is taken in ``zone()``. ``volume`` warns of
    more than Segment keeps."""

    aliases: Collection[str]
    keyless: Collection[str]
    zone: Callable[[], tzinfo]
    volume: Volume

    def __call__(self, message: Message) -> Drop | None:
        """Check the message after the last stage; what a stage has changed is no longer taken for prepared."""
        if (message.source is not None or self.keyless) and (drop := self._source(message.source)) is not None:
            return drop
        visitor = message.visitor
        if visitor is not None and (
            message.context is not visitor.context
            or message.user_id is not visitor.user_id
            or message.anonymous_id is not visitor.anonymous_id
        ):
            message.visitor = visitor = None
        message.stamped = message.message_id is message.made_id and message.timestamp is message.made_time
        if (visitor is None or not visitor.ending) and (drop := _identity(message)) is not None:
            return drop
        # What nearly all keep is asked in place: a call of ours costs each event.
        event, kind = message.event, type(message.properties)
        is_plain = message.type == "track" and type(event) is str and event and (kind is dict or kind in OBJECTS)
        if is_plain and event != CONSENT_EVENT:
            if event not in self.volume.names or message.source is not None:
                self.volume.count(message)
            if message.stamped and visitor is not None and message.integrations is None:
                return None
            return _asked(message, ENVELOPE) or self._stamp(message)
        return self.content(message) or self._of_visitor(message)

    def content(self, message: Message) -> Drop | None:
        """Ask the rules that depend neither on the visitor nor on the source."""
        rules = CONTENT.get(message.type)
        if rules is None:
            return TYPE_UNKNOWN
        if message.type != "track":
            self.volume.look(message)
        return _asked(message, rules) or self._stamp(message)

    def _of_visitor(self, message: Message) -> Drop | None:
        """Ask the rules for the fields that come from the visitor if the call leaves them out."""
        if message.type == "alias":
            return _asked(message, OF_TYPE["alias"])
        if message.type != "track" or message.event != CONSENT_EVENT:
            return None
        plain = loads(Encoder(self.zone).encode({"context": message.context}).body)
        broken = first_broken(plain, CONSENT)
        return None if broken is None else Drop(broken.code, broken.demand)

    def _source(self, said: object) -> Drop | None:
        source = DEFAULT_SOURCE if said is None else said
        if isinstance(source, str) and source in self.aliases:
            return NO_KEY if source in self.keyless else None
        return Drop(DropReason.UNKNOWN_SOURCE, f"source must be one of {', '.join(sorted(self.aliases))}, or left out")

    def _stamp(self, message: Message) -> Drop | None:
        if message.stamped:
            return None
        message_id = message.message_id
        if type(message_id) is not str or not 0 < len(message_id) <= MESSAGE_ID_LENGTH:
            if message_id is None:  # a stage of the application has removed it
                return Drop(DropReason.ID_NOT_STRING, MESSAGE_ID[0].demand)
            if (drop := _asked(message, MESSAGE_ID)) is not None:
                return drop
        if (moment := written(message.timestamp, self.zone)) is None:
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
        drop = _id(message, IDS[0])
        if drop is not None:
            return drop
    if anonymous_id is not None and not (
        type(anonymous_id) is str and (len(anonymous_id) > LONGEST_SUSPICIOUS or _is_ordinary(anonymous_id))
    ):
        return _id(message, IDS[1])
    return None


@lru_cache(maxsize=REMEMBERED)
def _is_ordinary(text: str) -> bool:
    """Whether an id of at most LONGEST_SUSPICIOUS characters is one, and none of those that merge strangers."""
    return text not in SUSPICIOUS_IDS and text.strip("0-") != ""


def _id(message: Message, rule: Rule) -> Drop | None:
    if (drop := _asked(message, (rule,))) is None:
        text = getattr(message, rule.attribute)
        if len(text) <= LONGEST_SUSPICIOUS and not _is_ordinary(text):
            line = f"segment_web: {rule.attribute} is a placeholder that Segment may block"
            log(logging.WARNING, f"id:{rule.attribute}", line)
    return drop


def _asked(message: Message, rules: Iterable[Rule]) -> Drop | None:
    """The drop of the first rule that the message breaks. A value that is text by another name becomes text first."""
    for rule in rules:
        value = getattr(message, rule.attribute)
        if value is None:
            value = rule.absent
        if not rule.holds(value):
            text = as_text(value) if rule.code is DropReason.ID_NOT_STRING else _exact(value)
            if text is value or not rule.holds(text):
                return Drop(rule.code, refusal(message.type, rule, value))
            setattr(message, rule.attribute, text)
    return None


def _exact(value: object) -> object:
    return str.__str__(value) if issubclass(type(value), str) else value  # of an Enum that is a string too, its value
