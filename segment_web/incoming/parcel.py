"""What one request to a Tracking API carries: the paths there are, and the messages in a body, as they were sent."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from segment_web.incoming.bodies import RefusedError

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

    def whole(self, item: dict[str, Any]) -> dict[str, Any]:
        """One of its messages with what the request shares merged in."""
        return item | {name: merge(shared, item.get(name)) for name, shared in self.shared.items()}


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


def basic_user(authorization: str) -> str | None:
    """The user name of HTTP Basic authorization (RFC 7617), which is a Tracking API's write key; None if there is none
    or it cannot be read."""
    scheme, _, credentials = authorization.strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        decoded = base64.b64decode(credentials.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    return decoded.partition(":")[0] or None


def merge(shared: Mapping[str, Any], own: object) -> object:
    """Lay a message's own object over the shared one; objects in both are merged key by key, one level deep."""
    if own is None:
        return dict(shared)
    if not isinstance(own, dict):
        return own
    return {**shared, **{key: overlay(shared.get(key), value) for key, value in own.items()}}


def overlay(below: object, above: object) -> object:
    return {**below, **above} if isinstance(below, dict) and isinstance(above, dict) else above


def text(value: object) -> str | None:
    """``value`` if it is text with something in it."""
    return value if isinstance(value, str) and value else None
