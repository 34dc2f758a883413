"""What the log says when a batch did not arrive, and of what was given up."""

from __future__ import annotations

import logging

from segment_web.logs import log
from segment_web.messages.outcome import Outcome, Verdict
from segment_web.messages.reasons import QUIET, Drop

SUSPECT = "the server refuses most of the messages: check SEGMENT_WRITE_KEY and the host setting"


def log_trouble(source: str, outcome: Outcome) -> None:
    """A line for a source that is paused or tried again; none for what was delivered or refused."""
    if outcome.verdict is Verdict.PAUSE:
        log(logging.ERROR, f"paused:{source}:{outcome.detail}", _paused_text(source, outcome))
    elif outcome.verdict is Verdict.RETRY:
        log(logging.WARNING, f"retry:{source}", f"segment_web: delivery failed ({outcome.detail}); will retry")


def log_lost(drop: Drop, number: int) -> None:
    """A line for ``number`` accepted messages that were given up: an error, unless it was wanted so."""
    text = f"segment_web dropped {number} accepted messages: {drop.reason} ({drop.detail})"
    log(logging.DEBUG if drop.reason in QUIET else logging.ERROR, f"lost:{drop.reason}", text)


def _paused_text(source: str, outcome: Outcome) -> str:
    """With the cure."""
    if outcome.cure:
        cure = outcome.cure
    elif "401" in outcome.detail or "403" in outcome.detail:
        cure = "the server does not know this write key: check SEGMENT_WRITE_KEY and the region"
    else:
        cure = "the host does not speak Segment's Tracking API: check the host setting"
    return (
        f"segment_web: delivery to {source!r} is paused ({outcome.detail}); {cure}. What the queue has room for is kept"
    )
