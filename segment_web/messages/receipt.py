"""What a call returns at once."""

from __future__ import annotations

from typing import NamedTuple

from segment_web.messages.reasons import DropReason


class Receipt(NamedTuple):
    """Whether a message was accepted into the queue; true when it was.

    ``message_id`` is the id it will have on the wire, ``reason`` why it was skipped, ``detail`` a sentence about that.
    """

    accepted: bool
    message_id: str | None = None
    reason: DropReason | None = None
    detail: str = ""

    def __bool__(self) -> bool:
        return self.accepted
