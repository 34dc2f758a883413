"""The last step: the message becomes its final bytes, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from segment_web.messages.envelope import Envelope
from segment_web.messages.limits import MESSAGE_BYTES
from segment_web.messages.message import Context, Message
from segment_web.messages.reasons import Drop, DropReason
from segment_web.messages.wire import payload
from segment_web.pipeline.sanitise import Encoder
from segment_web.settings import DEFAULT_SOURCE

new = tuple.__new__  # a NamedTuple's own constructor takes twice as long
MOMENTS = frozenset({str, datetime})
LARGEST = 3  # keys named when a message is too large
# What has to be an object on the wire; one that could not be read is a marker, and Segment discards such a message.
OBJECTS = {
    "properties": DropReason.PROPERTIES_NOT_OBJECT,
    "traits": DropReason.TRAITS_NOT_OBJECT,
    "context": DropReason.CONTEXT_NOT_OBJECT,
    "integrations": DropReason.INTEGRATIONS_NOT_OBJECT,
}


@dataclass(frozen=True, slots=True)
class Encode:
    """Strict JSON of the message, refused over Segment's 32,768 bytes; ``marked`` is told how many values no JSON has."""

    encoder: Encoder
    marked: Callable[[int], None]

    def envelope(self, message: Message) -> Envelope | Drop:
        """The message as it leaves, or why it does not."""
        fields = payload(message)
        foreign: object = fields
        if type(context := message.context) is Context:
            fields["context"] = context.encoded or self._shared(context)
            if message.traits is None and message.integrations is None and type(message.timestamp) in MOMENTS:
                foreign = message.properties  # all else is plain text by now, or written
        body = self.encoder.straight(fields, foreign)
        if body is None:
            body, marked = self.encoder.walked(fields)
            if marked:
                self.marked(marked)
                if (drop := _unreadable(body)) is not None:
                    return drop
        if len(body) > MESSAGE_BYTES:
            return self._too_large(body, fields)
        key, source = message.anonymous_id or message.user_id, message.source or DEFAULT_SOURCE
        return new(Envelope, (message.message_id, key, source, body))

    def fix(self, message: Message) -> None:
        """Makes what the caller handed over plain data of the message's own, which later changes do not reach."""
        for name in OBJECTS:
            value = getattr(message, name)
            if isinstance(value, Mapping):
                body, marked = self.encoder.encode(value)
                if marked:
                    self.marked(marked)
                setattr(message, name, orjson.loads(body))

    def _shared(self, context: Context) -> orjson.Fragment:
        """The JSON of a context that many messages share, made at the first of them."""
        fields = dict(context)
        context.encoded = orjson.Fragment(self.encoder.straight(fields, fields) or self.encoder.walked(fields).body)
        return context.encoded

    def _too_large(self, body: bytes, fields: dict[str, Any]) -> Drop:
        sizes = {
            f"{section}.{key}": len(self.encoder.encode(value).body)
            for section, values in fields.items()
            if isinstance(values, Mapping)
            for key, value in values.items()
        }
        largest = sorted(sizes, key=sizes.__getitem__, reverse=True)[:LARGEST]
        named = ", ".join(f"{key} ({sizes[key]:,} bytes)" for key in largest)
        return Drop(
            DropReason.MESSAGE_TOO_LARGE,
            f"the message is {len(body):,} bytes of JSON, Segment takes {MESSAGE_BYTES:,}; its largest keys: {named}",
        )


def _unreadable(body: bytes) -> Drop | None:
    fields = orjson.loads(body)
    if type(fields) is not dict:
        return Drop(DropReason.MESSAGE_TOO_LARGE, f"the message could not be read: {fields}")
    for name, reason in OBJECTS.items():
        if type(fields.get(name, {})) is not dict:
            return Drop(reason, f"{name} could not be read: {fields[name]}")
    return None
