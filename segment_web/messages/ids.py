"""Identifiers: message ids, de-duplication keys, and the text form of a caller's own ids."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from uuid import UUID, uuid4

DEDUPE_PREFIX = "sw-"  # tells a keyed id from a random one when reading a log


def message_id() -> str:
    """A new random message id: 128 bits as 32 hex digits (Segment takes up to 100 characters)."""
    return os.urandom(16).hex()


def now() -> str:
    """This moment in UTC with milliseconds, the form of Segment's documentation."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def anonymous_id() -> str:
    """A new anonymous id: a UUIDv4, because analytics.js corrupts ids that look like numbers."""
    return str(uuid4())


def dedupe_id(key: str, secret: str) -> str:
    """The message id for ``key``: ``sw-`` and its HMAC-SHA-256 in hex (67 characters).

    Segment's de-duplication is global, so a guessable id could be claimed by anybody first; hence the secret.
    """
    import hmac  # OpenSSL takes 5 ms to load; most applications never ask for it

    return DEDUPE_PREFIX + hmac.digest(secret.encode(), key.encode("utf-8", "replace"), "sha256").hex()


def as_text(value: object) -> object:
    """An id as Segment wants it: ``int``, ``UUID`` and lazily translated text become ``str``; anything else is returned
    as it is, for validation to refuse."""
    if value is None or type(value) is str:
        return value
    if isinstance(value, str):
        return str(value)
    if (isinstance(value, int) and not isinstance(value, bool)) or isinstance(value, UUID):
        return str(value)
    return value
