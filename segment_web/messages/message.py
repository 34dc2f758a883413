"""One identify, track, page, screen, group or alias, as the pipeline owns it during one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypedDict

from orjson import Fragment

MessageType = Literal["identify", "track", "page", "screen", "group", "alias"]


@dataclass(slots=True)
class Message:
    """A message on its way to the wire; ``before_send`` callables may change any field.

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
    # The pipeline's own, below: whether id and time are of our making, and whose it is as long as nothing of that is its own.
    stamped: bool = field(default=False, init=False, repr=False, compare=False)
    visitor: Visitor | None = field(default=None, init=False, repr=False, compare=False)

    def hand_over(self) -> None:
        """The application's own code gets it and may change any field: what the pipeline knew of it holds no more."""
        self.stamped, self.visitor = False, None


# They are no fields to whoever takes a message apart, or makes one of another's parts; the constructor sets them all the same.
del Message.__dataclass_fields__["stamped"], Message.__dataclass_fields__["visitor"]


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
    """A finished ``context`` that many messages share; its JSON is made once and must not go stale: never change one."""

    encoded: Fragment | None = None  # set by the encode stage


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
