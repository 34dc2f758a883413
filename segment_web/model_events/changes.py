"""What several changes of one object come to when one transaction makes them all."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from segment_web.logs import internal_error


class ChangeKind(Enum):
    """What became of an object."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    NOTHING = "nothing"  # it was created and deleted: nobody else has ever seen it


@dataclass(frozen=True, slots=True)
class Net:
    """A change, or what some changes come to; ``changed`` names what an update changed."""

    kind: ChangeKind
    changed: tuple[str, ...] = ()

    def after(self, before: Net | None, every: Sequence[str] = ()) -> Net:
        """What this change and those ``before`` it come to.

        ``every`` names all that may change: an object that is made again in the transaction that deleted it has changed
        in everything.
        """
        if before is None:
            return self
        if self.kind is ChangeKind.UPDATED and before.kind is ChangeKind.CREATED:
            return before
        if self.kind is ChangeKind.UPDATED and before.kind is ChangeKind.UPDATED:
            return Net(ChangeKind.UPDATED, tuple(dict.fromkeys((*before.changed, *self.changed))))
        if self.kind is ChangeKind.DELETED and before.kind in (ChangeKind.CREATED, ChangeKind.NOTHING):
            return Net(ChangeKind.NOTHING)
        if self.kind is ChangeKind.CREATED and before.kind is ChangeKind.DELETED:
            return Net(ChangeKind.UPDATED, tuple(every))
        return self


class Change:
    """A change that waits for its commit, with what it and those before it in its transaction have to say.

    Each change speaks for those before it, so that at the commit only the last one of an object speaks; one that is
    rolled back leaves the word to the one before it.
    """

    __slots__ = ("_puts", "is_committed", "key", "net", "speaks", "values")

    def __init__(self, key: Hashable, net: Net, values: Mapping[str, Any]) -> None:
        self.key = key
        self.net = net
        self.values = values
        self.is_committed = False
        self.speaks = False
        self._puts: list[Callable[[], None]] = []

    @classmethod
    def after(
        cls, before: Change | None, key: Hashable, net: Net, values: Mapping[str, Any], every: Sequence[str] = ()
    ) -> Change:
        """The change ``net`` of the object ``key``, which follows ``before`` and has ``values`` at hand.

        Values that are not at hand (any more) are those of before, unless they have changed. For ``every`` see Net.
        """
        if before is None:
            return cls(key, net, values)
        known = {name: value for name, value in before.values.items() if name not in net.changed}
        return cls(key, net.after(before.net, every), {**known, **values})

    def wait(self, put: Callable[[], None]) -> None:
        """Keeps ``put`` until it is known who speaks; it may also come later, when a message waited for its user."""
        if self.speaks:
            put()
        else:
            self._puts.append(put)

    def speak(self) -> None:
        """Runs what waits, once. Never raises."""
        self.speaks = True
        puts, self._puts = self._puts, []
        for put in puts:
            try:
                put()
            except Exception as error:  # noqa: BLE001 - a commit must not fail because of analytics
                internal_error("after the commit", error)
