"""What the log says of a source that cannot work as it is configured."""

from __future__ import annotations

from segment_web.messages.outcome import Outcome


def paused_text(source: str, outcome: Outcome) -> str:
    """The line for ``source``, with the cure."""
    if outcome.cure:
        cure = outcome.cure
    elif "401" in outcome.detail or "403" in outcome.detail:
        cure = "the server does not know this write key: check SEGMENT_WRITE_KEY and the region"
    else:
        cure = "the host does not speak Segment's Tracking API: check the host setting"
    return (
        f"segment_web: delivery to {source!r} is paused ({outcome.detail}); {cure}. What the queue has room for is kept"
    )
