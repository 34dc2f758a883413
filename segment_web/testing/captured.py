"""CapturedEvents: what was sent inside a capture, with asserts that say what was there instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, overload

from segment_web.messages.ids import as_text
from segment_web.messages.message import Message, MessageType
from segment_web.messages.wire import payload
from segment_web.testing.failure import label, out_of_order, told, unwanted, wrong_count
from segment_web.testing.matching import matches
from segment_web.testing.recorder import CapturedMessage, Dropped, Recording
from segment_web.testing.snapshot import check, snapshot

WireMessage = dict[str, Any]
Fields = Mapping[str, Any] | None


class CapturedEvents(Sequence[WireMessage]):
    """The messages in the order they were accepted, each as the dict it would be on the wire.

    The asserts match by subset: of dicts the keys that are given, of lists every item; what is None is not looked at.
    Expected values are compared as JSON, made of them as of sent ones (``Decimal``, ``UUID``, ``datetime``; ids may be
    int); values that JSON has no form for (``unittest.mock.ANY``, ``pytest.approx``) are compared by ``==``. Each raises
    AssertionError, and returns the first message that matches.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording

    @overload
    def __getitem__(self, index: int) -> WireMessage: ...
    @overload
    def __getitem__(self, index: slice) -> list[WireMessage]: ...
    def __getitem__(self, index: int | slice) -> WireMessage | list[WireMessage]:
        return [sent.message for sent in self._sent()][index]

    def __len__(self) -> int:
        return len(self._sent())

    def __repr__(self) -> str:
        return f"<CapturedEvents: {told(self._sent(), self.dropped)}>"

    @property
    def dropped(self) -> list[Dropped]:
        """What would not leave, as (reason, detail, message); mistakes that raised InvalidMessage are not among it."""
        self._recording.settle()
        return list(self._recording.dropped)

    @property
    def names(self) -> list[str]:
        """What was sent, in a word each: the event of a track call, the name of a page or screen, else the call's type."""
        return [label(message) for message in self]

    def named(self, name: str) -> list[WireMessage]:
        """The track calls of this event, and the page and screen calls of this name."""
        return [message for message in self if name in (message.get("event"), message.get("name"))]

    def clear(self) -> None:
        """Forgets everything so far."""
        self._recording.settle()
        self._recording.forget()

    def assert_tracked(
        self,
        event: str,
        *,
        user_id: object = None,
        anonymous_id: object = None,
        properties: Fields = None,
        context: Fields = None,
        count: int | None = None,
    ) -> WireMessage:
        """``event`` was tracked with these ids, properties and context: at least once, or ``count`` times exactly."""
        __tracebackhide__ = True
        return self._one("track", count, _who(user_id, anonymous_id, context), event=event, properties=properties)

    def assert_not_tracked(
        self,
        event: str,
        *,
        user_id: object = None,
        anonymous_id: object = None,
        properties: Fields = None,
        context: Fields = None,
    ) -> None:
        """No track call is like this."""
        __tracebackhide__ = True
        wanted = _wanted("track", _who(user_id, anonymous_id, context), event=event, properties=properties)
        sent = self._sent()
        if found := matches(wanted, sent):
            raise AssertionError(unwanted(wanted, found, sent, self.dropped))

    def assert_identified(
        self,
        user_id: object = None,
        traits: Fields = None,
        *,
        anonymous_id: object = None,
        context: Fields = None,
        count: int | None = None,
    ) -> WireMessage:
        """The user was identified, with these traits."""
        __tracebackhide__ = True
        return self._one("identify", count, _who(user_id, anonymous_id, context), traits=traits)

    def assert_paged(
        self,
        name: str | None = None,
        properties: Fields = None,
        *,
        category: str | None = None,
        user_id: object = None,
        anonymous_id: object = None,
        context: Fields = None,
        count: int | None = None,
    ) -> WireMessage:
        """A page was seen."""
        __tracebackhide__ = True
        who = _who(user_id, anonymous_id, context)
        return self._one("page", count, who, name=name, category=category, properties=properties)

    def assert_screened(
        self,
        name: str | None = None,
        properties: Fields = None,
        *,
        category: str | None = None,
        user_id: object = None,
        anonymous_id: object = None,
        context: Fields = None,
        count: int | None = None,
    ) -> WireMessage:
        """A screen was seen."""
        __tracebackhide__ = True
        who = _who(user_id, anonymous_id, context)
        return self._one("screen", count, who, name=name, category=category, properties=properties)

    def assert_grouped(
        self,
        group_id: object = None,
        traits: Fields = None,
        *,
        user_id: object = None,
        anonymous_id: object = None,
        context: Fields = None,
        count: int | None = None,
    ) -> WireMessage:
        """The user was put in a group, with these traits of the group."""
        __tracebackhide__ = True
        who = _who(user_id, anonymous_id, context)
        return self._one("group", count, who, group_id=as_text(group_id), traits=traits)

    def assert_aliased(
        self, user_id: object = None, previous_id: object = None, *, count: int | None = None
    ) -> WireMessage:
        """Two ids were said to be one user."""
        __tracebackhide__ = True
        return self._one("alias", count, _who(user_id, None, None), previous_id=as_text(previous_id))

    def assert_nothing(self) -> None:
        """Nothing was sent."""
        __tracebackhide__ = True
        if sent := self._sent():
            raise AssertionError(f"something was sent. {told(sent, self.dropped)}")

    def assert_order(self, *names: str) -> None:
        """These were sent in this order, whatever was sent in between; ``names`` are as the property has them."""
        __tracebackhide__ = True
        sent = self._sent()
        coming = iter([label(one.message) for one in sent])
        for place, name in enumerate(names):
            if name not in coming:  # consumes what comes before it
                raise AssertionError(out_of_order(names, place, sent, self.dropped))

    def snapshot(self, *, hide: Sequence[str] = ()) -> list[WireMessage]:
        """All messages as JSON, the same in every run: to be compared with a literal, or by a snapshot plugin.

        Message ids, anonymous ids and visits are numbered in the order they appear ("message 1"); the times and the version
        of this library are named ("[time]"). ``hide`` lists dotted paths of what else differs ("properties.order_id").
        """
        return snapshot(self, hide)

    def assert_snapshot(self, path: str | Path, *, hide: Sequence[str] = ()) -> None:
        """The snapshot is the one that is stored in this file of JSON.

        It is stored when the environment variable SEGMENT_WEB_UPDATE_SNAPSHOTS is set; a file that is not there fails.
        """
        __tracebackhide__ = True
        check(self.snapshot(hide=hide), Path(path))

    def _one(self, kind: MessageType, count: int | None, who: dict[str, Any], **fields: Any) -> WireMessage:
        __tracebackhide__ = True
        if count is not None and count < 1:
            raise ValueError("count must be at least 1; assert_not_tracked says that there is none")
        wanted, sent = _wanted(kind, who, **fields), self._sent()
        found = matches(wanted, sent)
        if not found or (count is not None and len(found) != count):
            raise AssertionError(wrong_count(wanted, count, found, sent, self.dropped))
        return found[0].message

    def _sent(self) -> list[CapturedMessage]:
        self._recording.settle()
        return list(self._recording.sent)


def _who(user_id: object, anonymous_id: object, context: Fields) -> dict[str, Any]:
    return {"user_id": as_text(user_id), "anonymous_id": as_text(anonymous_id), "context": context}


def _wanted(kind: MessageType, who: dict[str, Any], **fields: Any) -> WireMessage:
    """The wire's fields that were asked for."""
    asked = payload(Message(kind, **who, **fields))
    return {name: value for name, value in asked.items() if value is not None}
