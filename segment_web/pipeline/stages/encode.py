"""The last step: the message becomes its final bytes, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from segment_web.messages.envelope import Packed
from segment_web.messages.limits import MESSAGE_BYTES
from segment_web.messages.message import Context, Message, Visitor
from segment_web.messages.reasons import Drop, DropReason
from segment_web.messages.wire import around, content, payload
from segment_web.pipeline.sanitise import Encoder
from segment_web.pipeline.volume import LEAST_BYTES, Volume
from segment_web.settings.connection import DEFAULT_SOURCE

END = b"}"
CONTEXT = b'{"context":'
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
    volume: Volume

    def envelope(self, message: Message) -> Packed | Drop:
        """The message as it leaves, or why it does not."""
        fields, visitor = content(message), message.visitor
        foreign: object = fields
        try:
            if visitor is None:
                fields |= around(message)
                if type(message.context) is Context:
                    fields["context"] = message.context.encoded or self._shared(message.context)
                ending = END
            else:
                if message.stamped and message.traits is None and message.integrations is None:
                    foreign = message.properties  # all else is plain text by now
                ending = visitor.ending or self._ending(visitor)
            body = self.encoder.straight(fields, foreign) or self._walked(fields)
        except _UnreadableError as error:
            return error.drop
        body = body[:-1] + ending  # a copy: orjson leaves spare room behind its text (4.1 kB are kept for 1.1 kB)
        if len(body) >= LEAST_BYTES:
            if len(body) > MESSAGE_BYTES:
                return self._too_large(body, payload(message))
            self.volume.weigh(message, body)
        key, source = message.anonymous_id or message.user_id, message.source or DEFAULT_SOURCE
        return message.message_id, key, source, body

    def fix(self, message: Message) -> None:
        """Makes what the caller handed over plain data of the message's own, which later changes do not reach."""
        for name in OBJECTS:
            value = getattr(message, name)
            if isinstance(value, Mapping):
                body, marked = self.encoder.encode(value)
                if marked:
                    self.marked(marked)
                setattr(message, name, orjson.loads(body))

    def _ending(self, visitor: Visitor) -> bytes:
        """What the messages of a visitor end with, made at the first of them."""
        visitor.ending = b"," + self._read(around(visitor), visitor.context)[1:]
        return visitor.ending

    def _shared(self, context: Context) -> orjson.Fragment:
        """The JSON of a context that many messages share, made at the first of them."""
        context.encoded = orjson.Fragment(self._read({}, context)[len(CONTEXT) : -1])
        return context.encoded

    def _read(self, fields: dict[str, Any], context: Context) -> bytes:
        """The JSON of ``fields``, which are plain, and a context, which need not be."""
        fields["context"] = plain = dict(context)
        return self.encoder.straight(fields, plain) or self._walked(fields)

    def _walked(self, fields: dict[str, Any]) -> bytes:
        body, marked = self.encoder.walked(fields)
        if marked:
            self.marked(marked)
            _check(body)
        return body

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


class _UnreadableError(Exception):
    """What has to be an object is a marker, so that the message would say nothing."""

    def __init__(self, drop: Drop) -> None:
        super().__init__(drop.reason)
        self.drop = drop


def _check(body: bytes) -> None:
    fields = orjson.loads(body)
    if type(fields) is not dict:
        raise _UnreadableError(Drop(DropReason.MESSAGE_TOO_LARGE, f"the message could not be read: {fields}"))
    for name, reason in OBJECTS.items():
        if type(fields.get(name, {})) is not dict:
            raise _UnreadableError(Drop(reason, f"{name} could not be read: {fields[name]}"))
