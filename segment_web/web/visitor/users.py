"""What a framework's user object says of a person: the id and the traits that the settings ask for, and no more."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from segment_web.logs import internal_error, log

# Segment's reserved traits for the attributes that frameworks' users commonly have.
RESERVED = {"first_name": "firstName", "last_name": "lastName", "date_joined": "createdAt", "created_at": "createdAt"}
ID_ATTRIBUTES = ("pk", "id")  # Django's users have the first, most SQLAlchemy users the second
PLAIN = (str, int, UUID)  # a user who is known by the id alone
Reader = str | Callable[..., Any]
ABSENT = object()
GIVEN_BY = {"name": "get_full_name"}  # the methods that give the value of an absent attribute


def user_id(user: object, reader: Reader) -> object:
    """The id of ``user`` by the ``user_id`` setting: an attribute's name or a callable; None when it has none.

    The default, ``pk``, takes the first there is of ``pk``, ``id`` and the ``get_id()`` of Flask-Login. A ``user`` that
    is a string, a number or a UUID is its own id; of a dict, or a row of a database, items count as attributes.
    """
    try:
        found: object = reader(user) if not isinstance(reader, str) else _read_id(user, reader)
        if found is None:
            owner = type(user).__qualname__
            cure = "set user_id to the name of another attribute, or to a callable"
            log(logging.WARNING, f"user_id:{owner}", f"segment_web finds no id of a user of type {owner}; {cure}")
        return found
    except Exception as error:  # noqa: BLE001 - the application's own code
        internal_error("the user_id setting", error)
        return None


def traits(user: object, reader: tuple[str, ...] | Callable[..., Any]) -> dict[str, Any]:
    """The traits of ``user`` by the ``user_traits`` setting: attribute names or a callable that returns a dict.

    Reserved ones leave under Segment's name (``first_name`` as ``firstName``); what is empty is left out, because an
    empty trait would overwrite a stored one.
    """
    try:
        if not isinstance(reader, tuple):
            found = reader(user)
            return dict(found) if isinstance(found, Mapping) else {}
        if isinstance(user, PLAIN):
            return {}
        values = {RESERVED.get(name, name): _value(user, name) for name in reader}
        return {name: value for name, value in values.items() if value is not None and value != ""}
    except Exception as error:  # noqa: BLE001 - the application's own code
        internal_error("the user_traits setting", error)
        return {}


def _read_id(user: Any, name: str) -> object:
    if name != "pk":
        return _read(user, name)
    if isinstance(user, PLAIN):
        return user
    names = [name for name in ID_ATTRIBUTES if _read(user, name, ABSENT) is not ABSENT]
    if not names and hasattr(user, "get_id"):
        return user.get_id()  # asked last: of a user who is not stored yet UserMixin's says "None"
    return next((value for name in names if (value := _read(user, name)) is not None), None)


def _value(user: object, name: str) -> Any:
    value = _read(user, name, ABSENT)
    if (value is ABSENT or value is None) and name in GIVEN_BY:
        value = _read(user, GIVEN_BY[name], value)
    if value is ABSENT:
        log_absent("user_traits", user, name)
        return None
    return value() if callable(value) else value


def log_absent(setting: str, owner: object, name: str) -> None:
    """Log once that ``setting`` names an attribute that the class of ``owner`` does not have."""
    kind = type(owner).__qualname__
    text = f"segment_web: the setting {setting} names {name!r}, but {kind} has no attribute of this name"
    log(logging.WARNING, f"{setting}:{kind}.{name}", text)


def _read(user: Any, name: str, default: object = None) -> Any:
    """An attribute of an object, an item of a dict or of a row of sqlite3."""
    if hasattr(type(user), "__getitem__") and hasattr(type(user), "keys"):
        return user[name] if name in user.keys() else default  # noqa: SIM118 - a row is searched for values
    return getattr(user, name, default)
