"""One identify, track, page, screen, group or alias, as the pipeline owns it during one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypedDict

from orjson import Fragment

Kind = Literal["identify", "track", "page", "screen", "group", "alias"]


@dataclass(slots=True)
class Message:
    """A message on its way to the wire; ``before_send`` callables may change any field.

    Field names are Python's; the wire's are in :mod:`segment_web.messages.wire`. What is None is absent on the wire.
    """

    type: Kind
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
