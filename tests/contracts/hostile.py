"""What an application may hand over or have by accident, and that must not cost its visitor the answer."""

from __future__ import annotations

from typing import Any, NoReturn

from tests.pipeline import hostile


class Refusing:
    """Raises whatever it is asked."""

    def _refuse(self, *_: object) -> NoReturn:
        raise RuntimeError("the application's own")

    __call__ = __repr__ = __str__ = __iter__ = __len__ = __getitem__ = __bool__ = __hash__ = __eq__ = _refuse
    __getattr__ = __format__ = __int__ = __index__ = __float__ = _refuse


class BrokenUser:
    """A logged-in user, until ``attribute`` is asked for: the database is down, the session is damaged."""

    is_authenticated = True
    is_active = True
    is_anonymous = False
    pk = id = 7

    def __init__(self, attribute: str) -> None:
        self._broken = attribute

    def __getattribute__(self, name: str) -> Any:
        if name == object.__getattribute__(self, "_broken"):
            raise RuntimeError("the database is down")
        return object.__getattribute__(self, name)


def raising(*_: object, **__: object) -> NoReturn:
    """A callable of the application's that has a bug."""
    raise RuntimeError("the application's own")


def cycle() -> dict[str, Any]:
    """A dict that holds itself."""
    own: dict[str, Any] = {}
    own["self"] = own
    return own


# Arguments of ``track``: each kind is one way to be wrong.
CALLS: dict[str, tuple[Any, dict[str, Any]]] = {
    "values that raise": ("Seen", {"properties": {"silent": hostile.Silent(), "data": hostile.RaisingData()}}),
    "keys that raise": ("Seen", {"properties": {hostile.RaisingEnum.A: 1, 2: hostile.RaisingText("x")}}),
    "a cycle": ("Seen", {"properties": cycle()}),
    "lone surrogates": ("Seen\ud800", {"properties": {"\udfff": "\ud800"}}),
    "a mapping that raises": ("Seen", {"properties": hostile.RaisingMapping()}),
    "a dict that raises": ("Seen", {"properties": hostile.RaisingDict(a=1)}),
    "no mapping": ("Seen", {"properties": Refusing()}),
    "an event that is no text": (Refusing(), {}),
    "a user id that raises": ("Seen", {"user_id": Refusing()}),
    "an anonymous id that raises": ("Seen", {"anonymous_id": Refusing()}),
    "a context that raises": ("Seen", {"context": hostile.RaisingDict(a=1)}),
    "a message id that raises": ("Seen", {"message_id": Refusing()}),
    "a timestamp that raises": ("Seen", {"timestamp": Refusing()}),
    "a dedupe key that raises": ("Seen", {"dedupe_key": Refusing()}),
    "a source that raises": ("Seen", {"source": Refusing()}),
    "integrations that raise": ("Seen", {"integrations": hostile.RaisingDict(a=1)}),
    "too large": ("Seen", {"properties": {"text": "x" * 40_000}}),
}
