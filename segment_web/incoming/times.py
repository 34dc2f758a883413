"""The three times of a message, computed as Segment does on arrival."""

from __future__ import annotations

from datetime import UTC, datetime

from segment_web.messages.wire import iso


def stored_times(received_at: datetime, sent_at: object, original: object) -> tuple[str, str]:
    """Return ``receivedAt`` and the corrected ``timestamp`` as ISO-8601 text in UTC with milliseconds.

    ``timestamp = receivedAt - (sentAt - originalTimestamp)``: the device's clock error cancels out (Segment's spec,
    "common fields"). A missing or unreadable sentAt counts as receivedAt, a missing original as sentAt.
    """
    sent = parse(sent_at) or received_at
    happened = parse(original) or sent
    try:
        timestamp = iso(received_at - (sent - happened))
    except OverflowError:  # a year outside 1..9999: nothing can be corrected, the time of arrival is the best guess
        timestamp = iso(received_at)
    return iso(received_at), timestamp


def parse(value: object) -> datetime | None:
    """Read ISO-8601 text (without a zone: UTC); None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
