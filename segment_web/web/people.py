"""What a framework's user object says of a person: the id and the traits that the settings ask for, and no more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from segment_web.logs import internal_error

# Segment's reserved traits for the attributes that frameworks' users commonly have.
RESERVED = {"first_name": "firstName", "last_name": "lastName", "date_joined": "createdAt", "created_at": "createdAt"}
ID_ATTRIBUTES = ("pk", "id")  # Django's users have the first, most SQLAlchemy users the second
PLAIN = (str, int, UUID)  # a user who is known by the id alone
Reader = str | Callable[..., Any]


def user_id(user: object, reader: Reader) -> object:
    """The id of ``user`` by the ``user_id`` setting: an attribute's name or a callable; None when it has none.

    The default, ``pk``, takes the first there is of ``pk``, ``id`` and the ``get_id()`` of Flask-Login. A ``user`` that
    is a string, a number or a UUID is its own id.
    """
    try:
        if not isinstance(reader, str):
            return reader(user)
        return _primary(user) if reader == "pk" else getattr(user, reader)
    except Exception as error:  # noqa: BLE001 - the application's own code
        internal_error("the user_id setting", error)
        return None


def traits(user: object, reader: tuple[str, ...] | Callable[..., Any]) -> dict[str, Any]:
    """The traits of ``user`` by the ``user_traits`` setting: attribute names or a callable that returns a dict.

    Reserved ones leave under Segment's name (``first_name`` as ``firstName``); what is empty is left out, because an
    empty trait would overwrite a stored one.
    """
    try:
        if isinstance(user, PLAIN):
            return {}
        if not isinstance(reader, tuple):
            found = reader(user)
            return dict(found) if isinstance(found, Mapping) else {}
        values = {RESERVED.get(name, name): _value(user, name) for name in reader}
        return {name: value for name, value in values.items() if value is not None and value != ""}
    except Exception as error:  # noqa: BLE001 - the application's own code
        internal_error("the user_traits setting", error)
        return {}


def _primary(user: Any) -> object:
    if isinstance(user, PLAIN):
        return user
    names = [name for name in ID_ATTRIBUTES if hasattr(user, name)]
    if not names and hasattr(user, "get_id"):
        return user.get_id()  # asked last: of a user who is not stored yet UserMixin's says "None"
    return next((value for name in names if (value := getattr(user, name)) is not None), None)


def _value(user: object, name: str) -> Any:
    value = getattr(user, "get_full_name" if name == "name" and not hasattr(user, "name") else name, None)
    return value() if callable(value) else value
