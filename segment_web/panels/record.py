"""The record of one request: each call that was made in it, in order, and what became of it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import orjson

from segment_web.errors import InvalidMessage
from segment_web.messages.message import Message
from segment_web.messages.reasons import QUIET, DropReason
from segment_web.messages.receipt import Receipt
from segment_web.messages.wire import payload
from segment_web.panels.origin import Origin, origin
from segment_web.pipeline.sanitise import Encoder

MOST_CALLS = 100  # kept; more come from a loop, and are counted
MOST_BYTES = 262_144  # of payloads in one request; what toolbars store of the last requests stays small
MOST_OF_A_NAME = 200  # characters
MOST_OF_ONE = 32_768  # of one payload; a message that leaves never has more


CLOCK = time.perf_counter if sys.platform == "win32" else time.thread_time
"""CPU time of the calling thread: the worker's first import of the HTTP library, which holds up every thread, is no cost
of a call. On Windows that clock ticks every 16 ms, too seldom for a call."""

LEAST_MICROS = 0.1  # of a finished call; 0 marks the running one


class State(StrEnum):
    """What became of a call."""

    ACCEPTED = "accepted"
    WAITING = "waiting"  # for a commit, or for the user to be known
    SKIPPED = "skipped"  # as somebody wanted: a bot, no consent
    DROPPED = "dropped"
    BROWSER = "browser"  # handed to the visitor's browser, which makes the call


@dataclass(slots=True, eq=False)
class Call:
    """One call; ``at`` is in milliseconds since the request began, ``micros`` the CPU time of the call."""

    message: Message | None  # None once all is known
    origin: Origin
    at: float
    type: str = ""
    name: str = ""
    source: str = ""
    micros: float = 0.0
    state: State = State.WAITING
    reason: str = ""
    detail: str = ""
    body: bytes = b""  # as much of it as is shown
    size: int = 0  # bytes of all of it

    def accept(self, body: bytes) -> None:
        """It is in the queue as ``body``."""
        self.hold(body)
        self.state = State.ACCEPTED

    def drop(self, reason: str, detail: str) -> None:
        """It does not leave."""
        self.state = State.SKIPPED if reason in QUIET else State.DROPPED
        self.reason, self.detail = reason, detail

    def look(self) -> None:
        """Copies of the message what it may not say later, and lets go of it unless it waits."""
        message = self.message
        if message is not None:
            self.type, self.name = message.type, _name(message)
            self.source = message.source if isinstance(message.source, str) else ""
            if not self.body:
                self.hold(Encoder().encode(payload(message)).body)
        if self.state is not State.WAITING:
            self.message = None

    def as_json(self, *, room: int) -> dict[str, Any]:
        """Text and numbers; a payload of more than ``room`` bytes is left out."""
        told = {name: getattr(self, name) for name in ("type", "name", "source", "reason", "detail")}
        told |= {"state": self.state.value, "by": self.origin.by, "site": self.origin.site}
        told |= {"at": round(self.at, 2), "micros": round(self.micros, 1)}
        text = _indented(self.body) if len(self.body) <= room else ""
        return told | {"payload": text, "bytes": self.size}

    def hold(self, body: bytes) -> None:
        """Keep as much of the payload as the panel shows."""
        self.body, self.size = body[: MOST_OF_ONE + 1], len(body)


@dataclass(slots=True, eq=False)
class Record:
    """Of one request. ``more`` calls were not kept; ``changed`` is told when a call is made or settled."""

    changed: Callable[[], None] = lambda: None
    calls: list[Call] = field(default_factory=list)
    more: int = 0
    began: float = field(default_factory=time.perf_counter)

    def begin(self, message: Message | None) -> Callable[[Receipt | InvalidMessage], None] | None:
        """A call begins; what is returned is told how it ended."""
        if len(self.calls) >= MOST_CALLS:
            self.more += 1
            return None
        call = Call(message, origin(), at=(time.perf_counter() - self.began) * 1e3)
        self.calls.append(call)
        began = CLOCK()  # after the look at the stack, which is no part of the call

        def over(end: Receipt | InvalidMessage) -> None:
            call.micros = max(LEAST_MICROS, (CLOCK() - began) * 1e6)
            if isinstance(end, InvalidMessage):
                call.drop(end.reason, f"{end.detail}; in strict mode the call raised InvalidMessage")
            elif end.reason is not None:
                call.drop(end.reason, end.detail)
            call.look()
            self.changed()

        return over

    def give(self, call: Sequence[Any], remark: str) -> None:
        """Record a call (method and arguments) that the page hands to its browser."""
        if len(self.calls) >= MOST_CALLS:
            self.more += 1
            return
        method, *arguments = call
        names = [argument for argument in arguments if isinstance(argument, str)]
        given = Call(None, origin(), at=(time.perf_counter() - self.began) * 1e3, type=method, state=State.BROWSER)
        given.name, given.detail = "".join(names[-1:])[:MOST_OF_A_NAME], remark
        given.hold(Encoder().encode(arguments).body)
        self.calls.append(given)
        self.changed()

    def accepted(self, message_id: str, body: bytes) -> None:
        """A message of this request is in the queue: that of the running call, or one that has waited."""
        for call in reversed(self.calls):
            if call.message is not None and call.message.message_id == message_id:
                call.accept(body)
                return self._settle(call)
        return None

    def dropped(self, message: Message | None, reason: DropReason, detail: str) -> None:
        """A message of this request that has waited does not leave; of the running call its end tells."""
        for call in reversed(self.calls):
            if message is not None and call.message is message and call.micros:
                call.drop(reason, detail)
                return self._settle(call)
        return None

    def as_json(self) -> dict[str, Any]:
        """``calls`` (dicts of text and numbers) and ``more``."""
        left, calls = MOST_BYTES, []
        for call in tuple(self.calls):
            calls.append(call.as_json(room=left))
            left -= len(call.body)
        return {"calls": calls, "more": self.more}

    def _settle(self, call: Call) -> None:
        if call.micros:  # else it is the running one, whose time this would be
            call.look()
            self.changed()


def _indented(body: bytes) -> str:
    """The very message, on many lines; what is cut is no JSON any more and stays as it is."""
    try:
        return orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2).decode()
    except ValueError:
        return body[:MOST_OF_ONE].decode("utf-8", "replace") + ("…" if len(body) > MOST_OF_ONE else "")


def _name(message: Message) -> str:
    """What tells messages of one type apart, as in the collector's list."""
    fields = {"track": message.event, "group": message.group_id, "alias": message.previous_id}
    name = fields.get(message.type, message.name)
    if message.type == "page" and name is None and isinstance(message.properties, dict):
        name = message.properties.get("path")
    return str(name)[:MOST_OF_A_NAME] if isinstance(name, str | int) else ""
