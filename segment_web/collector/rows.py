"""From what arrived to the rows of the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson

from segment_web.collector.records import Judged, MessageStatus, ReceivedBatch
from segment_web.collector.validation import DUPLICATE, RULES_BY_TYPE

NAME_FIELDS = {"track": "event", "page": "name", "screen": "name", "group": "groupId", "alias": "previousId"}
"""Which field tells messages of a type apart; identify has none."""


def sorted_by_status(judged: Iterable[Judged], is_known: Callable[[str], bool]) -> list[MessageStatus]:
    """Tell for each message whether it is accepted, discarded, or has the id of an accepted one, here or earlier."""
    fresh: set[str] = set()
    statuses = []
    for item in judged:
        message_id = text(item.message.get("messageId"))
        if item.code is not None:
            statuses.append(MessageStatus.DISCARDED)
        elif message_id in fresh or is_known(message_id):
            statuses.append(MessageStatus.DUPLICATE)
        else:
            fresh.add(message_id)
            statuses.append(MessageStatus.ACCEPTED)
    return statuses


def batch_row(batch: ReceivedBatch, counts: Mapping[MessageStatus, int]) -> tuple[Any, ...]:
    """The values of a request in the order of the insert."""
    return (
        *(batch.path, batch.received_at, batch.status, orjson.dumps(dict(batch.headers)).decode()),
        *(batch.wire_bytes, batch.body_bytes, batch.sent_at, batch.write_key),
        *(orjson.dumps(batch.message_ids).decode(), batch.scripted, batch.error),
        *(
            counts.get(status, 0)
            for status in (MessageStatus.ACCEPTED, MessageStatus.DISCARDED, MessageStatus.DUPLICATE)
        ),
    )


def message_row(batch_id: int, batch: ReceivedBatch, judged: Judged, status: MessageStatus) -> tuple[Any, ...]:
    """The values of a message in the order of the insert."""
    message = judged.message
    kind = text(message.get("type"))
    return (
        *(batch_id, status, code_of(judged, status), kind, name_of(kind, message)),
        *(text(message.get("userId")), text(message.get("anonymousId")), library_of(message)),
        *(text(message.get("messageId")), batch.received_at, judged.size, orjson.dumps(message).decode()),
    )


def name_of(kind: str, message: Mapping[str, Any]) -> str:
    """What a message is called in a list; a page without a name by its path."""
    name = text(message.get(NAME_FIELDS.get(kind, "")))
    properties = message.get("properties")
    return name if name or kind != "page" or not isinstance(properties, Mapping) else text(properties.get("path"))


def totals_key(judged: Judged, status: MessageStatus) -> tuple[str, str, str]:
    """Under which total a message is counted; unknown types share one, so that junk cannot grow the table."""
    kind = text(judged.message.get("type"))
    return status, kind if kind in RULES_BY_TYPE else "unknown", code_of(judged, status) or ""


def code_of(judged: Judged, status: MessageStatus) -> str | None:
    return DUPLICATE if status is MessageStatus.DUPLICATE else judged.code


def library_of(message: Mapping[str, Any]) -> str:
    """The sending library as ``name version``, "" if it does not say."""
    context = message.get("context")
    library = context.get("library") if isinstance(context, dict) else None
    if not isinstance(library, dict):
        return ""
    return f"{text(library.get('name'))} {text(library.get('version'))}".strip()


def text(value: object) -> str:
    return value if isinstance(value, str) else ""
