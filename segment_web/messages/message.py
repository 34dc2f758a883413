"""One identify, track, page, screen, group or alias, as the pipeline owns it during one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NoReturn, TypedDict

from orjson import Fragment

SHARED = "messages share this context: set message.context to a changed copy, as in {**message.context, ...}"

MessageType = Literal["identify", "track", "page", "screen", "group", "alias"]


def _private(default: Any = None) -> Any:
    return field(default=default, init=False, repr=False, compare=False)


@dataclass(slots=True)
class Message:
    """A message on its way to the wire; a stage, and a ``before_send`` callable, may set any field.

    Field names are Python's; the wire's are in :mod:`segment_web.messages.wire`. What is None is absent on the wire.
    """

    type: MessageType
    event: Any = None
    properties: Any = None
    name: Any = None
    category: Any = None
    traits: Any = None
    group_id: Any = None
    previous_id: Any = None
    user_id: Any = None
    anonymous_id: Any = None
    context: Any = None
    integrations: Any = None
    timestamp: datetime | str | None = None
    message_id: Any = None
    dedupe_key: Any = None  # of which the id is made when the message is recorded
    source: str | None = None
    # The rest belongs to the pipeline. A stage may set any field above without a word: the limits compare them with these.
    made_id: str | None = _private()  # the id and the time that the package made, None if the caller gave one of them
    made_time: object = _private()
    stamped: bool = _private(False)  # both still stand, so that they need no check
    visitor: Visitor | None = _private()  # the ids and the context that the message shares with others of its scope
    asked_at: int | None = _private()  # the age of the scope when the consent stage looked at it
    companions: tuple[Message, ...] = _private(())

    def accompany(self, companion: Message) -> None:
        """Record ``companion`` in the same scope, before this message and even if this message is dropped.

        For stages: one call may yield several envelopes. The companion passes the whole pipeline itself.
        """
        self.companions = (*self.companions, companion)


# ``dataclasses.fields`` and ``replace`` must not see the pipeline's own fields; the constructor still sets their defaults.
for _name in ("made_id", "made_time", "stamped", "visitor", "asked_at", "companions"):
    del Message.__dataclass_fields__[_name]


class SharedOptions(TypedDict, total=False):
    """The keyword options that all six calls share, but for who is meant."""

    anonymous_id: object
    context: Mapping[str, Any] | None
    integrations: Mapping[str, Any] | None
    timestamp: datetime | str | None
    message_id: str | None
    dedupe_key: str | None
    source: str | None


class CallOptions(SharedOptions, total=False):
    """The keyword options of the calls that do not name the user first."""

    user_id: object


class Context(dict[str, Any]):
    """A finished ``context`` that many messages share; its JSON is made once.

    It cannot be changed in place, because the change would reach other messages and miss this one: a stage sets
    ``message.context`` to a changed copy (``{**message.context, "ip": None}``).
    """

    encoded: Fragment | None = None  # set by the encode stage

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError(SHARED)

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[type[dict[str, Any]], tuple[dict[str, Any]]]:
        """Make copies and pickles plain dicts, which may be changed."""
        return dict, (dict(self),)


@dataclass(slots=True, eq=False)
class Visitor:
    """Whose all is that is said in one scope and names nobody itself: the ids, and the context. A scope keeps what the
    pipeline (its stage ``owner``) has made of it until something changes.

    ``ending`` is their JSON and a closing brace, set by the encode stage: a message of theirs has passed the rules.
    """

    owner: object
    user_id: Any
    anonymous_id: Any
    context: Context
    is_told: bool = True  # of what changes in the scope; else it is asked each time
    ending: bytes = b""
