"""A value that never shows itself: the write key in logs, tracebacks, reprs and pickles."""

from __future__ import annotations

from collections.abc import Callable

VISIBLE = 4  # enough to tell two keys apart in a log, too little to use one


class Secret:
    """Holds a secret text, or a callable that fetches it (a key that rotates); only :meth:`reveal` gives it away."""

    __slots__ = ("_read",)

    def __init__(self, value: str | Callable[[], str]) -> None:
        if isinstance(value, str):
            text = value.strip()
            self._read: Callable[[], str] = lambda: text
        else:
            self._read = value

    def reveal(self) -> str:
        """The secret itself, for the header that carries it and nothing else."""
        return self._read()

    def __repr__(self) -> str:
        try:
            text = self.reveal()
        except Exception:  # noqa: BLE001 - a vault that is down must not break a log line
            return "***"
        return "***" + text[-VISIBLE:] if len(text) >= 2 * VISIBLE else "***"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.reveal() == self.reveal()

    def __hash__(self) -> int:
        return hash(type(self))

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        """A pickled secret is its mask: a key must not travel inside a broker's message."""
        return (Secret, (repr(self),))
