"""Django signals of what became of messages.

The first two are sent on the thread that made the call, the last two on the delivery's own; receivers that take long
make a request or the delivery slow.
"""

from __future__ import annotations

from django.dispatch import Signal

message_accepted = Signal()  # message_id: str, body: bytes (the message's JSON)
message_dropped = Signal()  # reason: DropReason, detail: str, message: Message | None
batch_delivered = Signal()  # message_ids: tuple[str, ...], bytes_sent: int
batch_refused = Signal()  # message_ids: tuple[str, ...], reason: DropReason, detail: str, answer: str
