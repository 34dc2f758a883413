"""From a request's JSON object to complete, judged messages, as Segment's ingestion does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from segment_web.collector.bodies import RefusedError, encoded_size
from segment_web.collector.records import Judged
from segment_web.collector.times import stored_times
from segment_web.collector.validation import MAX_BATCH_MESSAGES, TOO_MANY_MESSAGES, discard_code

SHORT_TYPES = {"t": "track", "i": "identify", "p": "page", "g": "group", "a": "alias", "s": "screen"}
"""The one-letter paths of analytics.js."""

SINGLE_PATHS = SHORT_TYPES | {name: name for name in SHORT_TYPES.values()}
"""Paths that carry one message, with its type."""

BATCH_PATHS = frozenset({"batch", "import", "b"})

METRICS_PATH = "m"
"""analytics.js reports about itself there; Segment answers and so do we, nothing is kept."""

OWN_FIELDS_OF_A_REQUEST = frozenset({"writeKey"})
"""Fields of a single-message body that belong to the request, not to the message."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one request carries: its messages as sent, and what applies to all of them."""

    items: tuple[Any, ...]
    write_key: str | None = None
    sent_at: Any = None
    shared: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def message_ids(self) -> tuple[str | None, ...]:
        """The ids of the messages in order, None where there is none."""
        return tuple(text(item.get("messageId")) if isinstance(item, dict) else None for item in self.items)


def unpack(path: str, body: dict[str, Any]) -> Parcel:
    """Split a request's body by the path it came to (without ``/v1/``); :class:`RefusedError` if it has no batch."""
    key, sent_at = text(body.get("writeKey")), body.get("sentAt")
    if path in SINGLE_PATHS:
        item = {name: value for name, value in body.items() if name not in OWN_FIELDS_OF_A_REQUEST}
        return Parcel((item | {"type": SINGLE_PATHS[path]},), key, sent_at)
    batch = body.get("batch")
    if not isinstance(batch, list):
        raise RefusedError(400, "batch is missing or not a list")
    shared = {name: body[name] for name in ("context", "integrations") if isinstance(body.get(name), dict)}
    return Parcel(tuple(batch), key, sent_at, shared)


def judge(parcel: Parcel, received_at: datetime, new_id: Callable[[], str]) -> list[Judged]:
    """Complete every message and give it its discard code; :class:`RefusedError` if one is over the size limit."""
    encoded_size(parcel.shared)
    sizes = [encoded_size(item) for item in parcel.items]
    verdict = TOO_MANY_MESSAGES if len(parcel.items) > MAX_BATCH_MESSAGES else None
    judged = []
    for item, size in zip(parcel.items, sizes, strict=True):
        message, code = complete(item, parcel, received_at, new_id)
        judged.append(Judged(message, verdict or code, size))
    return judged


def complete(
    item: object, parcel: Parcel, received_at: datetime, new_id: Callable[[], str]
) -> tuple[dict[str, Any], str | None]:
    """Merge what the request shares into one message, fill in its id and its times, and validate it."""
    if not isinstance(item, dict):
        return {"messageId": new_id(), "invalid": item}, "multi_user_error"
    message = item | {name: merge(shared, item.get(name)) for name, shared in parcel.shared.items()}
    if item.get("messageId") in (None, ""):
        message["messageId"] = new_id()
    stamp(message, received_at, parcel.sent_at)
    return message, discard_code(message)


def merge(shared: Mapping[str, Any], own: object) -> object:
    """Lay a message's own object over the shared one; objects in both are merged key by key, one level deep."""
    if own is None:
        return dict(shared)
    if not isinstance(own, dict):
        return own
    return {**shared, **{key: overlay(shared.get(key), value) for key, value in own.items()}}


def overlay(below: object, above: object) -> object:
    return {**below, **above} if isinstance(below, dict) and isinstance(above, dict) else above


def stamp(message: dict[str, Any], received_at: datetime, sent_at: object) -> None:
    """Rename the sender's timestamp and compute Segment's; a message's own sentAt goes before the request's."""
    original = message.get("timestamp")
    if original is not None:
        message["originalTimestamp"] = original
    sent = message.get("sentAt", sent_at)
    if sent is not None:
        message["sentAt"] = sent
    message["receivedAt"], message["timestamp"] = stored_times(received_at, sent, original)


def text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
