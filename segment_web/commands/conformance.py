"""``send --input JSON``: sequences of events through the real client, as Segment's cross-SDK test suites drive a library.

The input is ``{"writeKey", "apiHost"?, "sequences": [{"delayMs"?, "events": [...]}], "config"?: {"flushAt"?,
"flushInterval"?, "maxRetries"?, "timeout"?}}``, the output ``{"success", "sentBatches", "error"?}``; seconds, but for the
delay. The contract is that of the command-line clients in Segment's own repositories.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from segment_web.client import Analytics
from segment_web.commands.output import Output
from segment_web.errors import ConfigError
from segment_web.messages.envelope import Batch, Envelope
from segment_web.messages.message import Message
from segment_web.messages.observer import Observer
from segment_web.messages.outcome import Outcome
from segment_web.messages.reasons import Drop
from segment_web.settings import load

TIMEOUT: Final = 60.0  # seconds for all of it, when the input does not say
CALLS: Final = {  # the wire's fields for each call, in the words of the call's keywords
    "track": {"event": "event", "properties": "properties"},
    "identify": {"traits": "traits"},
    "page": {"name": "name", "category": "category", "properties": "properties"},
    "screen": {"name": "name", "category": "category", "properties": "properties"},
    "group": {"groupId": "group_id", "traits": "traits"},
    "alias": {"previousId": "previous_id"},
}
SHARED: Final = {
    "userId": "user_id",
    "anonymousId": "anonymous_id",
    "messageId": "message_id",
    "timestamp": "timestamp",
    "context": "context",
    "integrations": "integrations",
}
CONFIG: Final = {"flushAt": "batch_size", "flushInterval": "flush_interval", "maxRetries": "max_retries"}


@dataclass(frozen=True, slots=True)
class Conformance:
    """``sent_batches`` counts requests that delivered something; ``error`` is None when everything arrived."""

    sent_batches: int
    error: str | None

    @property
    def exit_code(self) -> int:
        """0 only when everything arrived."""
        return int(self.error is not None)

    def lines(self, output: Output) -> Iterable[str]:
        """The JSON line: this command's reader is a program."""
        yield orjson.dumps(self.as_json()).decode()

    def as_json(self) -> Mapping[str, Any]:
        """``{"success", "sentBatches"}``, and ``"error"`` if there is one."""
        found = {"success": self.error is None, "sentBatches": self.sent_batches}
        return found if self.error is None else {**found, "error": self.error}


class Tally(Observer):
    """Counts batches, and keeps the reasons of what was lost."""

    def __init__(self) -> None:
        self.batches = 0
        self.losses: list[str] = []

    def message_dropped(self, drop: Drop, message: Message | None) -> None:
        self.losses.append(f"{drop.reason}: {drop.detail}")

    def batch_delivered(self, batch: Batch, outcome: Outcome) -> None:
        self.batches += 1

    def batch_refused(self, envelopes: Sequence[Envelope], drop: Drop, outcome: Outcome) -> None:
        self.losses.append(f"{drop.reason}: {drop.detail}")


def conform(text: str) -> Conformance:
    """Does what the JSON ``text`` says; a wrong input is a failed run like any other, told in ``error``."""
    try:
        described = _object(orjson.loads(text), "the input")
        return _drive(described, float(described.get("config", {}).get("timeout", TIMEOUT)))
    except (ConfigError, KeyError, TypeError, ValueError) as error:
        missing = f"the input lacks {error}" if isinstance(error, KeyError) else str(error)
        return Conformance(0, missing)


def _drive(described: Mapping[str, Any], timeout: float) -> Conformance:
    options = {
        ours: described["config"][theirs] for theirs, ours in CONFIG.items() if theirs in described.get("config", {})
    }
    if host := described.get("apiHost"):
        options["host"] = host if "://" in host else f"https://{host}"
    tally = Tally()
    client = Analytics.from_settings(load({"write_key": described["writeKey"], **options}), observers=(tally,))
    try:
        for sequence in described["sequences"]:
            threading.Event().wait(sequence.get("delayMs", 0) / 1000)
            for event in sequence["events"]:
                _say(client, _object(event, "an event"))
        if not client.flush(timeout):
            last = client.stats().last_error
            tally.losses.append(f"not delivered within {timeout:g} s; last answer: {last}")
    finally:
        client.close(0.0)
    return Conformance(tally.batches, tally.losses[0] if tally.losses else None)


def _say(client: Analytics, event: Mapping[str, Any]) -> None:
    kind = event.get("type")
    if kind not in CALLS:
        raise ValueError(f"an event's type must be one of {', '.join(CALLS)}")
    names = {**CALLS[kind], **SHARED}
    fields = {ours: event[theirs] for theirs, ours in names.items() if theirs in event}
    needed = {"track": "event", "group": "group_id", "alias": "user_id"}.get(kind)
    if needed is not None:
        fields.setdefault(needed, None)  # what is missing is the client's to refuse
    getattr(client, kind)(**fields)


def _object(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{name} must be a JSON object")
    return value
