"""Django's random trees of transactions: no phantom, none missing, one event per object and transaction, no query more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.db import IntegrityError, connections, transaction

from segment_web.testing import CapturedEvents
from tests.databases.conftest import database
from tests.databases.tree import Row, Tree, Undone, heard
from tests.django_project.library.models import Item, Shelf
from tests.effort import scaled

TREES = {"sqlite": scaled(200), "postgresql": scaled(60)}
DELETION = 4  # Django looks for a film, shelves and members first
savepoint_create = getattr(transaction, "savepoint_create", None) or transaction.savepoint  # its name before Django 6.1


class DjangoTree(Tree):
    """``other`` is a tree of another database, some of whose transactions happen inside of this one's."""

    expected: ClassVar = (Undone, IntegrityError)

    def __init__(self, seed: object, using: str, first: int = 1, other: DjangoTree | None = None) -> None:
        super().__init__(seed, range(first, first + 4))
        self.using = using
        self.other = other
        self.items = Item.objects.using(using)
        self.kept: dict[int, Item] = {}  # instances that the application holds on to, whatever was rolled back
        self.born: dict[int, Item] = {}  # those of them with which it made the object

    @contextmanager
    def transaction(self, depth: int, joined: bool) -> Iterator[None]:
        durable = depth == 0 and self.chance.random() < 0.5
        with transaction.atomic(using=self.using, savepoint=not joined, durable=durable):
            yield

    def joins(self) -> bool:
        return self.chance.randrange(4) == 0

    def nested(self) -> list[Callable[[int], None]]:
        found = super().nested()
        return [*found, lambda depth: self.other.run()] if found and self.other is not None else found

    def faults(self) -> list[Callable[[], None]]:
        return [*super().faults(), self.set_rollback]

    def savepoint(self) -> str:
        return str(savepoint_create(self.using))

    def end(self, savepoint: str, undone: bool) -> None:
        (transaction.savepoint_rollback if undone else transaction.savepoint_commit)(savepoint, self.using)

    def make(self, key: int, row: Row) -> None:
        self.statements += 1
        self.kept[key] = self.born[key] = self.items.create(pk=key, **row)

    def change(self, key: int, column: str, value: object) -> Row:
        """By an instance that is held or by a fresh one."""
        item = self.kept.get(key)
        if item is None or self.chance.random() < 0.5:
            self.statements += 1
            loaded = self.items.select_for_update() if self.chance.random() < 0.5 else self.items
            item = self.kept[key] = loaded.get(pk=key)
        setattr(item, column, value)
        self.statements += 1
        item.save()
        return {"name": item.name, "size": item.size, "colour": item.colour}

    def remove(self, key: int) -> None:
        self.statements += 1 + DELETION
        self.items.get(pk=key).delete()
        self.kept.pop(key, None)

    def state(self) -> tuple[Any, ...]:
        return *super().state(), dict(self.born)

    def restore(self, state: tuple[Any, ...]) -> None:
        """Of an object that was never made, the instance is thrown away, the one that made it or one that was loaded of it:
        nobody knows what a save of it would replace."""
        *before, born = state
        super().restore(tuple(before))
        self.kept = {key: item for key, item in self.kept.items() if self.born.get(key) is born.get(key)}
        self.born = born

    def clash(self) -> None:
        self.statements += 1
        self.items.create(name=next(iter(self.rows.values()))["name"])

    def clash_unheard(self) -> None:
        try:
            self.clash()
        except IntegrityError:
            self.doomed = True

    def dangle(self) -> None:
        self.statements += 1
        Shelf.objects.using(self.using).create(label="hanging", item_id=999)

    def set_rollback(self) -> None:
        transaction.set_rollback(True, self.using)
        self.doomed = True


class Counted:
    """Counts statements that read or write rows."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, execute: Any, sql: str, *rest: Any) -> Any:
        self.number += sql.startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))
        return execute(sql, *rest)


def test_random_trees(using: str, events: CapturedEvents) -> None:
    for seed in range(TREES[using]):
        tree, counted = DjangoTree(seed, using), Counted()
        with connections[using].execute_wrapper(counted):
            for _ in range(3):
                tree.run()
        assert {item.pk: (item.size, item.colour) for item in tree.items} == {
            key: (row["size"], row["colour"]) for key, row in tree.rows.items()
        }
        assert heard(events) == sorted(tree.spoken), f"seed {seed}"
        assert counted.number == tree.statements, f"seed {seed}"
        assert connections[using].run_on_commit == []
        events.clear()
        tree.items._raw_delete(using)


def test_random_trees_of_two_databases(using: str, events: CapturedEvents) -> None:
    """What is rolled back in one takes nothing of the other's along."""
    elsewhere = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    with database("elsewhere", elsewhere):
        for seed in range(TREES[using] // 4):
            inner = DjangoTree(f"inner {seed}", "elsewhere", first=11)
            tree = DjangoTree(seed, using, other=inner)
            tree.run()
            assert heard(events) == sorted(tree.spoken + inner.spoken), f"seed {seed}"
            events.clear()
            for one in (tree, inner):
                one.items._raw_delete(one.using)


class InTestCase(DjangoTree):
    """Its transactions are savepoints of the test's own, where no constraint is looked at."""

    def faults(self) -> list[Callable[[], None]]:
        return [fault for fault in super().faults() if fault != self.dangle]


def test_random_trees_in_a_testcase(using: str, events: CapturedEvents) -> None:
    """What the test's own transaction holds back is told as if it were committed."""
    whole: Any = transaction.atomic(using=using)
    whole._from_testcase = True
    for seed in range(TREES[using] // 2):
        with whole:
            tree = InTestCase(seed, using)
            for _ in range(3):
                tree.run()
            assert heard(events) == sorted(tree.spoken), f"seed {seed}"
            transaction.set_rollback(True, using)
        events.clear()
