"""A random tree of transactions, whichever library makes them, and a model of what it comes to.

``rows`` is what the database must have, ``told`` what became of each object in the transaction that is open, and
``spoken`` what must have been said of the transactions that were committed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

Row = dict[str, Any]
NAMES = {"made": "Item Made", "changed": "Item Changed", "gone": "Item Gone"}
DEPTH = 4


class Undone(Exception):
    """Ends a block as an application's error does."""


class Tree:
    """What a library's tree adds are the acts upon its database."""

    expected: ClassVar[tuple[type[Exception], ...]] = (Undone,)  # what ends a block

    def __init__(self, seed: object, keys: Iterable[int]) -> None:
        self.chance = random.Random(str(seed))
        self.keys = list(keys)
        self.rows: dict[int, Row] = {}
        self.told: dict[int, str] = {}
        self.spoken: list[tuple[Any, ...]] = []
        self.doomed = False  # nothing is possible any more but a rollback of the block around
        self.statements = 0  # that the acts need; what there are more are ours

    def run(self) -> None:
        """One transaction."""
        self.told = {}
        self.block(0)
        for key, what in self.told.items():
            self.spoken.append((NAMES[what], key, *said(self.rows.get(key, {}))))

    def block(self, depth: int) -> None:
        """A transaction or a savepoint in it; or neither, where a library has blocks that only join the one around."""
        before, joined = self.state(), depth > 0 and self.joins()
        try:
            with self.transaction(depth, joined):
                self.acts(depth + 1)
                self.maybe_fail()
        except self.expected:
            if not joined:
                self.restore(before)
            elif self.chance.random() < 0.5:
                raise
            else:
                self.doomed = True
        else:
            if self.doomed and not joined:
                self.restore(before)

    def acts(self, depth: int) -> None:
        for _ in range(self.chance.randrange(5)):
            if self.doomed:
                return
            if depth < DEPTH and (nested := self.nested()):
                self.chance.choice(nested)(depth)
            else:
                self.chance.choice([self.save, self.save, self.delete])(self.chance.choice(self.keys))

    def nested(self) -> list[Callable[[int], None]]:
        """What may come next instead of a change of one object; most often nothing."""
        return [self.block, self.by_hand] if self.chance.randrange(3) == 0 else []

    def by_hand(self, depth: int) -> None:
        """A savepoint that the application rolls back or releases itself."""
        before = self.state()
        savepoint = self.savepoint()
        self.acts(depth + 1)
        if self.doomed:
            return
        undone = self.chance.random() < 0.5
        self.end(savepoint, undone)
        if undone:
            self.restore(before)

    def maybe_fail(self) -> None:
        if not self.doomed and (fault := self.chance.choice([None, None, None, *self.faults()])) is not None:
            fault()

    def faults(self) -> list[Callable[[], None]]:
        return [self.fail, self.dangle, *([self.clash, self.clash_unheard] if self.rows else [])]

    def fail(self) -> None:
        raise Undone

    def save(self, key: int) -> None:
        """Makes the object or changes one column."""
        if key not in self.rows:
            self.rows[key] = {"name": f"item-{key}", "size": 0, "colour": "grey"}
            self.make(key, self.rows[key])
            self.told[key] = "changed" if self.told.get(key) == "gone" else "made"
            return
        column, value = self.chance.choice([("size", self.chance.randrange(3)), ("colour", self.chance.choice("rgb"))])
        now = self.change(key, column, value)
        if now != self.rows[key]:
            self.rows[key] = now
            self.told[key] = "made" if self.told.get(key) == "made" else "changed"

    def delete(self, key: int) -> None:
        if key in self.rows:
            self.remove(key)
            del self.rows[key]
            if self.told.get(key) == "made":
                del self.told[key]
            else:
                self.told[key] = "gone"

    def state(self) -> tuple[Any, ...]:
        return {key: dict(row) for key, row in self.rows.items()}, dict(self.told)

    def restore(self, state: tuple[Any, ...]) -> None:
        self.rows, self.told = state
        self.doomed = False

    # What each library does in its own way.

    @contextmanager
    def transaction(self, depth: int, joined: bool) -> Iterator[None]:
        raise NotImplementedError
        yield

    def joins(self) -> bool:
        return False

    def savepoint(self) -> Any:
        raise NotImplementedError

    def end(self, savepoint: Any, undone: bool) -> None:
        raise NotImplementedError

    def make(self, key: int, row: Row) -> None:
        raise NotImplementedError

    def change(self, key: int, column: str, value: object) -> Row:
        """Stores it; what the row is then, which an instance that the application has held may have changed more of."""
        raise NotImplementedError

    def remove(self, key: int) -> None:
        raise NotImplementedError

    def clash(self) -> None:
        """Raises an IntegrityError."""
        raise NotImplementedError

    def clash_unheard(self) -> None:
        """The same, but the application does not let it end the block."""
        raise NotImplementedError

    def dangle(self) -> None:
        """Breaks a deferred constraint: the transaction will fail when it is to be committed."""
        raise NotImplementedError


def said(row: Row) -> tuple[Any, ...]:
    """Of a row's values those that events have."""
    return tuple(row[name] for name in ("size", "colour") if name in row)


def heard(messages: Iterable[dict[str, Any]], key: str = "item_id") -> list[tuple[Any, ...]]:
    """What was really said, as ``spoken`` has it."""
    return sorted(
        (m["event"], m["properties"][key], *(said(m["properties"]) if m["event"] != NAMES["gone"] else ()))
        for m in messages
    )
