"""Segment's names on the wire: the only home of camelCase, and the frame around a batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from segment_web.messages.message import Message, Visitor

LIBRARY = "segment-web-python"
PIECE = 100  # messages; what takes half a megabyte at once is new memory for each batch, and compresses worse
FRAME_BYTES = len(b'{"batch":[],"sentAt":"2026-01-01T00:00:00.000Z","writeKey":""}')


def payload(message: Message) -> dict[str, Any]:
    """The message as Segment's JSON object; a field without a value is absent, never null."""
    return {"type": message.type, **around(message), **content(message)}


def around(message: Message | Visitor) -> dict[str, Any]:
    """Whose it is and where: what the messages of a visitor have alike."""
    fields: dict[str, Any] = {}
    if message.anonymous_id is not None:
        fields["anonymousId"] = message.anonymous_id
    if message.user_id is not None:
        fields["userId"] = message.user_id
    if message.context is not None:
        fields["context"] = message.context
    return fields


def content(message: Message) -> dict[str, Any]:
    """All the rest of it."""
    kind = message.type
    fields: dict[str, Any] = {"type": kind, "messageId": message.message_id, "timestamp": message.timestamp}
    properties = message.properties
    if kind == "track":
        fields["event"] = message.event
        fields["properties"] = {} if properties is None else properties
    elif kind == "alias":
        fields["previousId"] = message.previous_id
    elif kind == "identify":
        fields["traits"] = {} if message.traits is None else message.traits
    elif kind == "group":
        fields["groupId"] = message.group_id
        fields["traits"] = {} if message.traits is None else message.traits
    else:
        if message.name is not None:
            fields["name"] = message.name
        if message.category is not None:
            fields["category"] = message.category
        fields["properties"] = {} if properties is None else properties
    if message.integrations:
        fields["integrations"] = message.integrations
    return fields


def batch_pieces(bodies: Sequence[bytes], *, write_key: str, sent_at: datetime) -> Iterator[bytes]:
    """The body of ``POST /v1/batch`` piece by piece: ready messages in their frame, ``sentAt`` stamped for this attempt."""
    yield b'{"batch":['
    for start in range(0, len(bodies), PIECE):
        comma = (b"",) if start else ()
        yield b",".join((*comma, *bodies[start : start + PIECE]))
    yield b'],"sentAt":"%b","writeKey":%b}' % (iso(sent_at).encode(), orjson.dumps(write_key))


def iso(moment: datetime) -> str:
    """UTC with milliseconds and ``Z``, the form Segment's documentation uses."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
