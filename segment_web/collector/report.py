"""What to say when a test waited for messages in vain."""

from __future__ import annotations

from collections.abc import Sequence

from segment_web.collector.records import MessageStatus, StoredBatch, StoredMessage

MOST_LINES = 20
"""Of each list; the latest tell most."""


def what_arrived(wanted: str, timeout: float, messages: Sequence[StoredMessage], batches: Sequence[StoredBatch]) -> str:
    """A text that names what was waited for and lists what arrived instead, requests included."""
    lines = [f"waited {timeout:g} s for {wanted}; arrived:"]
    lines += listed("messages", [message_line(message) for message in messages])
    lines += listed("requests", [batch_line(batch) for batch in batches])
    return "\n".join(lines)


def listed(title: str, lines: Sequence[str]) -> list[str]:
    left_out = len(lines) - MOST_LINES
    note = f" (the last {MOST_LINES} of them)" if left_out > 0 else ""
    return [f"{len(lines)} {title}{note}", *(f"  {line}" for line in lines[-MOST_LINES:])]


def message_line(message: StoredMessage) -> str:
    outcome = message.status if message.status is not MessageStatus.DISCARDED else f"{message.status}: {message.code}"
    who = message.user_id or message.anonymous_id or "nobody"
    return f"{message.type or '?'} {message.name!r} by {who!r} ({outcome})"


def batch_line(batch: StoredBatch) -> str:
    remarks = ["scripted"] * batch.scripted + [batch.error or ""] * bool(batch.error)
    if batch.retry_count is not None:
        remarks.append(f"retry {batch.retry_count}")
    return f"POST {batch.path}, {batch.messages} messages -> {batch.status} {', '.join(remarks)}".rstrip()
