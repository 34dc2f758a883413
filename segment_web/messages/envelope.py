"""A message that passed the pipeline: from here on it is bytes."""

from __future__ import annotations

from typing import NamedTuple

# An Envelope's fields as a plain tuple: one that holds text and bytes only is forgotten by the garbage collector, which
# never looks at it again.
Packed = tuple[str, str, str, bytes]


class Envelope(NamedTuple):
    """``body`` is the message's final JSON; every queue stores and every transport sends these very bytes.

    ``user_key`` (anonymousId, else userId) is whose order must hold, ``source`` the alias it is routed to.
    """

    message_id: str
    user_key: str
    source: str
    body: bytes


class Batch(NamedTuple):
    """Envelopes that travel together to one source; ``retries`` counts the attempts before this one."""

    source: str
    envelopes: tuple[Envelope, ...]
    retries: int = 0
