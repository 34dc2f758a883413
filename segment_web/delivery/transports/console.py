"""Writes what would be sent to the terminal: development without a write key."""

from __future__ import annotations

import sys
from typing import Any, TextIO

import orjson

from segment_web.messages.envelope import Batch
from segment_web.messages.outcome import DELIVERED, Outcome

WIDTH = 300  # characters of properties or traits in a line
SAID_BY = ("event", "name", "groupId", "previousId", "category")  # what names a call, by its type


class ConsoleTransport:
    """One line a message on ``stream`` (standard error): type, name, who, and what it says."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    def deliver(self, batch: Batch) -> Outcome:
        """Prints the batch."""
        stream = self._stream or sys.stderr
        stream.write("".join(f"{line(orjson.loads(envelope.body))}\n" for envelope in batch.envelopes))
        stream.flush()
        return DELIVERED

    def close(self) -> None:
        """The terminal stays open."""


def line(message: dict[str, Any]) -> str:
    """One message for a reader."""
    said = message.get("properties") or message.get("traits") or {}
    name = next((str(message[key]) for key in SAID_BY if message.get(key)), str(said.get("path", "")))
    who = message.get("userId") or f"anonymous {message.get('anonymousId')}"
    text = f"[segment] {message['type']:<8} {name:<24} {who}  {shortened(orjson.dumps(said).decode())}"
    return "".join(character if character.isprintable() else "�" for character in text)


def shortened(text: str) -> str:
    """At most WIDTH characters: a terminal is for a glance, the collector's page for a look."""
    return text if len(text) <= WIDTH else f"{text[:WIDTH]}… ({len(text):,} characters)"
