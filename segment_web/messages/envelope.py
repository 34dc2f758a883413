"""A message that passed the pipeline: from here on it is bytes."""

from __future__ import annotations

from typing import NamedTuple


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
