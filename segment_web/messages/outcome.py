"""What happened to one attempt at delivering a batch."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Verdict(StrEnum):
    """What an answer means for the batch; the table of statuses is in :mod:`segment_web.net.statuses`."""

    DELIVERED = "delivered"
    RETRY = "retry"
    SPLIT = "split"  # a message in it is at fault: halve until it is alone
    PAUSE = "pause"  # the source is misconfigured: keep, and tell at once
    REFUSE = "refuse"


class Outcome(NamedTuple):
    """``retry_after`` is the server's own word in seconds; ``detail`` names a status or a network failure.

    ``sends`` says how often the batch was sent: 0 when it stayed here for want of an access token, 2 when a new one was
    needed on the way. ``cure`` is what to mend, for the log, where the status alone does not tell. ``refused`` holds the
    ids of messages that the server refused although it accepted the others.
    """

    verdict: Verdict
    detail: str = ""
    retry_after: float | None = None
    bytes_sent: int = 0
    sends: int = 1
    cure: str = ""
    refused: frozenset[str] = frozenset()


DELIVERED = Outcome(Verdict.DELIVERED)
