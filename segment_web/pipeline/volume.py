"""Warnings about limits that Segment enforces in silence: the message arrives, but not all of it is kept or shown.

Source of the limits: Segment's documentation of Unify, of the schema view and of its destinations.
"""

from __future__ import annotations

import logging
from typing import Any

import orjson

from segment_web.logs import log
from segment_web.messages.message import Message
from segment_web.settings.connection import DEFAULT_SOURCE

GROUP_ID = 500  # characters; Unify drops a longer one
TRAITS = 300  # of one call; Unify refuses more
PROPERTIES = 10_000  # of one event, nested ones included; Segment drops the rest
EVENT_NAMES = 4_000  # of one source; its schema view shows no more
LONGEST_NAME = 100  # characters of a name that is remembered
WARNED = 1_000  # names remembered, so that each is warned of once
LEAST_BYTES = 2 * PROPERTIES  # of JSON that can hold so many: a digit and a comma each


class Volume:
    """Counts for one client, and warns once a name."""

    __slots__ = ("_others", "_warned", "names")

    def __init__(self) -> None:
        self.names: set[object] = set()  # of events of the default source; a long name is kept as its hash
        self._others: dict[str, set[object]] = {}  # likewise, by source
        self._warned: set[str] = set()

    def count(self, message: Message) -> None:
        """Count the name of an event. For speed, the caller leaves out the default source's events in ``names``."""
        source, event = message.source, message.event
        names = self.names if source is None else self._others.setdefault(source, set())
        if len(names) < EVENT_NAMES:
            names.add(event if len(event) <= LONGEST_NAME else hash(event))
            if len(names) == EVENT_NAMES:
                self._warn(
                    f"names of {source}",
                    f"{EVENT_NAMES:,} different event names were sent to the source {source or DEFAULT_SOURCE!r}, and "
                    "Segment's schema shows no more; move what varies from the name to the properties",
                )

    def look(self, message: Message) -> None:
        """Look at the size of a group id and of the traits."""
        group_id = message.group_id
        if message.type == "group" and type(group_id) is str and len(group_id) > GROUP_ID:
            self._warn("group id", f"a group_id has {len(group_id):,} characters; Segment's profiles take {GROUP_ID}")
        traits = message.traits
        if isinstance(traits, dict) and len(traits) >= TRAITS:  # to ask another object for its length may query
            text = f"{message.type}() has {len(traits):,} traits; Segment's profiles refuse {TRAITS} and more"
            self._warn(f"traits of {message.type}", text)

    def weigh(self, message: Message, body: bytes) -> None:
        """Count the properties of an event whose JSON may hold too many."""
        if len(body) >= LEAST_BYTES and (count := _leaves(orjson.loads(body).get("properties"))) >= PROPERTIES:
            name = message.event or message.name or message.type
            text = f"{name!r} has {count:,} properties, nested ones included; Segment drops all beyond {PROPERTIES:,}"
            self._warn(f"properties of {name}", text)

    def _warn(self, name: str, text: str) -> None:
        if name not in self._warned and len(self._warned) < WARNED:
            self._warned.add(name)
            log(logging.WARNING, f"volume:{name}", f"segment_web: {text}")


def _leaves(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_leaves, value.values()))
    return sum(map(_leaves, value)) if isinstance(value, list) else 1
