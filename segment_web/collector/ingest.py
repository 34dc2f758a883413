"""From a request's JSON object to complete, judged messages, as Segment's ingestion does it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from segment_web.collector.records import Judged
from segment_web.collector.validation import MAX_BATCH_MESSAGES, TOO_MANY_MESSAGES, discard_code
from segment_web.incoming.bodies import encoded, encoded_size
from segment_web.incoming.parcel import Parcel
from segment_web.incoming.times import stored_times


def judge(parcel: Parcel, received_at: datetime, new_id: Callable[[], str]) -> list[Judged]:
    """Complete every message and give it its discard code; :class:`RefusedError` if one is over the size limit."""
    encoded_size(parcel.shared)
    sizes = [encoded_size(item) for item in parcel.items]
    verdict = TOO_MANY_MESSAGES if len(parcel.items) > MAX_BATCH_MESSAGES else None
    judged = []
    for item, size in zip(parcel.items, sizes, strict=True):
        message, code = complete(item, parcel, received_at, new_id)
        judged.append(Judged(message, verdict or code, size))
    return judged


def complete(
    item: object, parcel: Parcel, received_at: datetime, new_id: Callable[[], str]
) -> tuple[dict[str, Any], str | None]:
    """Merge what the request shares into one message, fill in its id and its times, and validate it."""
    if not isinstance(item, dict):
        invalid = {"messageId": new_id(), "invalid": item}
        encoded(invalid)  # one level deeper than the item: the store must be able to write it
        return invalid, "multi_user_error"
    message = parcel.whole(item)
    if type(item.get("userId")) is int:  # mobile SDKs send numbers; Segment turns them into text
        message["userId"] = str(item["userId"])
    if item.get("messageId") in (None, ""):
        message["messageId"] = new_id()
    stamp(message, received_at, parcel.sent_at)
    return message, discard_code(message)


def stamp(message: dict[str, Any], received_at: datetime, sent_at: object) -> None:
    """Rename the sender's timestamp and compute Segment's; a message's own sentAt goes before the request's."""
    original = message.get("timestamp")
    if original is not None:
        message["originalTimestamp"] = original
    sent = message.get("sentAt", sent_at)
    if sent is not None:
        message["sentAt"] = sent
    message["receivedAt"], message["timestamp"] = stored_times(received_at, sent, original)
