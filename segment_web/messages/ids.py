"""What tells messages apart: ids, de-duplication keys, times, and the text form of a caller's own ids."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from time import time
from uuid import UUID, uuid4

from segment_web.messages.message import Message
from segment_web.messages.reasons import BAD_KEY, NO_SECRET, Drop

DEDUPE_PREFIX = "sw-"  # tells a keyed id from a random one when reading a log
KEYED = 40  # hex digits of a keyed id
DRAWN = 256  # message ids made of one draw of randomness: asking the kernel takes longer than all the rest of it

_ready: list[str] = []
_second = (0, "")  # the one that was written last, since many messages are of the same
_millisecond = (0.0, 0.0, "")  # likewise: when it begins and ends, and its text


def stamp(message: Message) -> None:
    """Gives the message what its caller has not given: a random id (128 bits as 32 hex digits), and this moment in UTC
    with milliseconds, the form of Segment's documentation."""
    is_ours = message.message_id is None and message.timestamp is None
    if message.message_id is None:
        try:
            message.message_id = _ready.pop()
        except IndexError:
            message.message_id = _drawn()
    if message.timestamp is None:
        moment = time()
        begins, ends, text = _millisecond
        message.timestamp = text if begins <= moment < ends else _written(moment)
    if is_ours:
        message.made_id, message.made_time = message.message_id, message.timestamp


def _drawn() -> str:
    first, *others = os.urandom(16 * DRAWN).hex("-", 16).split("-")
    _ready.extend(others)
    return first


def _written(moment: float) -> str:
    global _second, _millisecond
    milliseconds = int(moment * 1000)
    whole, part = divmod(milliseconds, 1000)
    second, written = _second
    if whole != second:
        written = datetime.fromtimestamp(whole, UTC).isoformat()[:-6]
        _second = whole, written
    text = f"{written}.{part:03d}Z"
    _millisecond = milliseconds / 1000, (milliseconds + 1) / 1000, text
    return text


def anonymous_id() -> str:
    """A new anonymous id: a UUIDv4, because analytics.js corrupts ids that look like numbers."""
    return str(uuid4())


def utc() -> tzinfo:
    """The zone of naive datetimes where no framework knows better."""
    return UTC


def dedupe_id(key: str, secret: str) -> str:
    """The message id for ``key``: ``sw-`` and the first 160 bits of its HMAC-SHA-256 in hex (43 characters).

    Jitsu cuts ids at 64 characters. Segment's de-duplication is global, so anybody could claim a guessable id first; hence
    the secret.
    """
    import hmac  # OpenSSL takes 5 ms to load; most applications never ask for it

    return DEDUPE_PREFIX + hmac.digest(secret.encode(), key.encode("utf-8", "replace"), "sha256").hex()[:KEYED]


def derive_id(message: Message, secret: Callable[[], str | None]) -> Drop | None:
    """Make the message's id of its ``dedupe_key``; return the reason if the key or the secret does not allow it."""
    if not isinstance(key := as_text(message.dedupe_key), str):
        return BAD_KEY
    if (text := secret()) is None:
        return NO_SECRET
    message.message_id, message.dedupe_key = dedupe_id(key, text), None
    return None


def as_text(value: object) -> object:
    """Return an id as Segment wants it: ``int``, ``UUID`` and classes derived from ``str`` (safe text, an Enum's member)
    become ``str``; anything else is returned as it is, for validation to refuse.

    The type is asked, because ``isinstance`` would evaluate a lazy object such as Django's ``request.user``.
    """
    kind = type(value)
    if value is None or kind is str:
        return value
    if issubclass(kind, str):
        return str.__str__(value)  # its own would be the member's name, or the safe text
    if issubclass(kind, int) and kind is not bool:
        return int.__repr__(value)  # likewise
    return UUID.__str__(value) if issubclass(kind, UUID) else value


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_ready.clear)  # the parent uses them itself
