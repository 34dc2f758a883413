"""What the collector remembers: one message, one HTTP request, and the totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from segment_web.collector.numbers import whole_number


class MessageStatus(StrEnum):
    """What became of a message that was answered 200."""

    ACCEPTED = "accepted"
    DISCARDED = "discarded"
    DUPLICATE = "duplicate"


class Judged(NamedTuple):
    """A message on its way into the store: complete, and with its discard code (None for a good one)."""

    message: Mapping[str, Any]
    code: str | None
    size: int


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One message as it is kept.

    ``message`` is what Segment would hand on: context merged, messageId and the three times filled in. ``code`` says
    why it was discarded, None if it was not. ``size`` is in bytes of UTF-8 JSON, as it was sent. ``name`` is the
    event's, the page's or the group's; it and the ids are "" when absent.
    """

    id: int
    batch_id: int
    status: MessageStatus
    code: str | None
    type: str
    name: str
    user_id: str
    anonymous_id: str
    library: str
    message_id: str
    received_at: str
    size: int
    message: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReceivedBatch:
    """One HTTP request and its answer.

    ``headers`` holds the headers of interest by lower-case name. ``wire_bytes`` is the size as it travelled,
    ``body_bytes`` the size after decompression. ``message_ids`` are the ids of its messages in order (None where none
    was sent), also when it was refused. ``scripted`` tells that a script gave the answer, ``error`` why the request was
    refused or would have been.
    """

    path: str
    received_at: str
    status: int
    headers: Mapping[str, str]
    wire_bytes: int
    body_bytes: int
    sent_at: str | None = None
    write_key: str | None = None
    message_ids: tuple[str | None, ...] = ()
    scripted: bool = False
    error: str | None = None

    @property
    def messages(self) -> int:
        """How many messages the request carried."""
        return len(self.message_ids)

    @property
    def retry_count(self) -> int | None:
        """The X-Retry-Count header, None on a first attempt or when it is no number."""
        return whole_number(self.headers.get("x-retry-count", ""))

    @property
    def user_agent(self) -> str:
        """The User-Agent header, "" when absent."""
        return self.headers.get("user-agent", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBatch(ReceivedBatch):
    """A request in the store, with what became of its messages."""

    id: int
    accepted: int = 0
    discarded: int = 0
    duplicates: int = 0


@dataclass(frozen=True, slots=True)
class CollectorTotals:
    """Totals since the last clear; unlike the lists they are not cut off when old rows make room for new ones."""

    accepted: int
    discarded: int
    duplicates: int
    requests: int
    by_type: dict[str, int]
    by_code: dict[str, int]

    @property
    def received(self) -> int:
        """All messages that were answered 200."""
        return self.accepted + self.discarded + self.duplicates
