"""The application's own stage: callables that may change a message or drop it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from itertools import islice
from typing import Any

from segment_web.logs import internal_error
from segment_web.messages.message import Message
from segment_web.messages.reasons import Drop, DropReason
from segment_web.scopes.scope import Scope

OWNED = ("context", "properties", "traits", "integrations")  # handed over as copies: the originals are shared
MOST = 10_000  # members of a container that is copied; no event holds more, and an endless one is left to the encoder


@dataclass(frozen=True, slots=True)
class BeforeSend:
    """``callables`` run in order as ``(message, scope) -> message or None``; one that raises drops the message, because
    sending what it should have cleaned could leak."""

    callables: tuple[Callable[[Message, Scope], Message | None], ...]

    def __call__(self, message: Message, scope: Scope) -> Drop | None:
        for name in OWNED:
            setattr(message, name, _own(getattr(message, name), {}))
        for callable_ in self.callables:
            name = getattr(callable_, "__qualname__", type(callable_).__name__)
            try:
                returned = callable_(message, scope)
            except Exception as error:  # noqa: BLE001 - the application's code must not break its own request
                internal_error(f"before_send {name}", error)
                return Drop(DropReason.BEFORE_SEND, f"{name} raised {type(error).__name__}")
            if not isinstance(returned, Message):
                return Drop(DropReason.BEFORE_SEND, f"{name} returned {type(returned).__name__}, not the message")
            _take(returned, message)
        return None


def _own(value: Any, copies: dict[int, tuple[Any, Any]]) -> Any:
    """A copy of dicts and lists all the way down; the leaves are the caller's and are only read. What cannot be read or
    is too deep stays as it is: the encoder has markers for it."""
    try:
        if isinstance(value, Mapping):
            return copies[id(value)][1] if id(value) in copies else _own_object(value, copies)
        if isinstance(value, list):
            return copies[id(value)][1] if id(value) in copies else _own_list(value, copies)
    except Exception:  # noqa: BLE001 - the application's own code
        return value
    return value


def _own_object(value: Mapping[Any, Any], copies: dict[int, tuple[Any, Any]]) -> Any:
    items = list(islice(value.items(), MOST + 1))
    if len(items) > MOST:
        return value
    own: dict[Any, Any] = {}
    copies[id(value)] = value, own  # the value too: its id is its own only while it lives
    own.update((key, _own(item, copies)) for key, item in items)
    return own


def _own_list(value: list[Any], copies: dict[int, tuple[Any, Any]]) -> Any:
    own: list[Any] = []
    copies[id(value)] = value, own  # the value too: its id is its own only while it lives
    own.extend(_own(item, copies) for item in list(value))
    return own


def _take(returned: Message, message: Message) -> None:
    if returned is not message:
        for field in fields(Message):
            setattr(message, field.name, getattr(returned, field.name))
