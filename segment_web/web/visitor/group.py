"""The group (Segment's word for an account, a company, a tenant) that a user belongs to, by the setting ``group``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from segment_web.logs import internal_error
from segment_web.messages.ids import as_text
from segment_web.web.visitor import users

STEP = "__"  # between the attributes of a path, as in Django's own look-ups


class Group(NamedTuple):
    """Its id, and what the group call says of it."""

    id: str
    traits: Mapping[str, Any] | None = None


def group_of(user: object, request: object, reader: str | Callable[..., Any]) -> Group | None:
    """The group of ``user``, None when they have none.

    ``reader`` is an attribute of the user (``"organisation_id"``, ``"profile__organisation_id"``) or a callable that is
    given the framework's ``request``; either gives an id, an object with a primary key, ``(id, traits)`` or None.
    """
    try:
        found = reader(request) if callable(reader) else attribute(user, reader)
        identifier, traits = found if isinstance(found, tuple) and len(found) == 2 else (found, None)
        text = None if identifier is None else as_text(users.user_id(identifier, "pk"))
    except Exception as error:  # noqa: BLE001 - the application's own code
        internal_error("the group setting", error)
        return None
    return Group(text, traits if isinstance(traits, Mapping) else None) if isinstance(text, str) and text else None


def attribute(user: object, path: str) -> Any:
    """Return the value at the end of ``path``, None if a step on the way is None or absent."""
    found = user
    for name in path.split(STEP):
        if found is None:
            return None
        owner, found = found, getattr(found, name, users.ABSENT)
        if found is users.ABSENT:
            users.log_absent("group", owner, name)
            return None
    return found
