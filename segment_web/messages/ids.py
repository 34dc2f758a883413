"""What tells messages apart: ids, de-duplication keys, times, and the text form of a caller's own ids."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, tzinfo
from uuid import UUID, uuid4

DEDUPE_PREFIX = "sw-"  # tells a keyed id from a random one when reading a log
DRAWN = 256  # message ids made of one draw of randomness: asking the kernel takes longer than all the rest of it

_ready: list[str] = []
_second = (0, "")  # the one that was written last, since many messages are of the same
_millisecond = (0, "")  # likewise


def message_id() -> str:
    """A new random message id: 128 bits as 32 hex digits (Segment takes up to 100 characters)."""
    try:
        return _ready.pop()
    except IndexError:
        drawn = os.urandom(16 * DRAWN).hex()
        _ready.extend([drawn[at : at + 32] for at in range(32, len(drawn), 32)])
        return drawn[:32]


def now() -> str:
    """This moment in UTC with milliseconds, the form of Segment's documentation."""
    global _second, _millisecond
    moment = time.time_ns() // 1_000_000
    last, text = _millisecond
    if moment != last:
        whole, part = divmod(moment, 1000)
        second, written = _second
        if whole != second:
            written = datetime.fromtimestamp(whole, UTC).isoformat()[:-6]
            _second = whole, written
        text = f"{written}.{part:03d}Z"
        _millisecond = moment, text
    return text


def anonymous_id() -> str:
    """A new anonymous id: a UUIDv4, because analytics.js corrupts ids that look like numbers."""
    return str(uuid4())


def utc() -> tzinfo:
    """The zone of naive datetimes where no framework knows better."""
    return UTC


def dedupe_id(key: str, secret: str) -> str:
    """The message id for ``key``: ``sw-`` and its HMAC-SHA-256 in hex (67 characters).

    Segment's de-duplication is global, so a guessable id could be claimed by anybody first; hence the secret.
    """
    import hmac  # OpenSSL takes 5 ms to load; most applications never ask for it

    return DEDUPE_PREFIX + hmac.digest(secret.encode(), key.encode("utf-8", "replace"), "sha256").hex()


def as_text(value: object) -> object:
    """An id as Segment wants it: ``int``, ``UUID`` and what derives from ``str`` (safe text, an Enum's member) become
    ``str``; anything else is returned as it is, for validation to refuse."""
    if value is None or type(value) is str:
        return value
    if isinstance(value, str):
        return str.__str__(value)  # its own would be the member's name, or the safe text again
    if isinstance(value, int) and not isinstance(value, bool):
        return int.__repr__(value)  # likewise
    if isinstance(value, UUID):
        return str(value)
    return value


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_ready.clear)  # the parent uses them itself
