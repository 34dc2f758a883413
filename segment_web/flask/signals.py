"""Blinker signals of what became of messages; the sender is the application.

The first two are sent on the thread that made the call, the last two on the delivery's own; receivers that take long
make a request or the delivery slow. Their facts are listed in :mod:`segment_web.messages.announcer`.
"""

from __future__ import annotations

from blinker import Namespace

_signals = Namespace()

message_accepted = _signals.signal("message_accepted")
message_dropped = _signals.signal("message_dropped")
batch_delivered = _signals.signal("batch_delivered")
batch_refused = _signals.signal("batch_refused")
