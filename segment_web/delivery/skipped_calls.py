"""Print skipped calls on the terminal, with reason and cure, beside the messages that the console delivery prints."""

from __future__ import annotations

import sys

from segment_web.logs import printable
from segment_web.messages.advice import ADVICE
from segment_web.messages.message import Message
from segment_web.messages.observer import Observer
from segment_web.messages.reasons import Drop, DropReason


class SkippedCalls(Observer):
    """An observer that writes one line a skipped call to standard error. A call that the application itself has switched off
    (``disabled``) is not printed."""

    def message_dropped(self, drop: Drop, message: Message | None) -> None:
        """Print the line."""
        if drop.reason is not DropReason.DISABLED:
            sys.stderr.write(f"{line(drop, message)}\n")
            sys.stderr.flush()


def line(drop: Drop, message: Message | None) -> str:
    """Return the type and the name of the call, the reason and the cure."""
    cure = ADVICE[drop.reason].cure.replace("`", "")
    advice = f"; {cure}" if cure else ""
    return printable(
        f"[segment] {_kind(message):<8} {_name(message):<24} skipped: {drop.reason} ({drop.detail}){advice}"
    )


def _kind(message: Message | None) -> str:
    return "a call" if message is None else message.type


def _name(message: Message | None) -> str:
    if message is None:
        return ""
    return next((text for text in (message.event, message.name, message.group_id) if isinstance(text, str)), "")
