"""Random trees of transactions against a small model: no phantom, none missing, one event per object and transaction.

``SEGMENT_TEST_TREES=10000`` makes as many of them.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, transaction

import segment_web
from segment_web.testing.captured import CapturedEvents
from tests.django_project.library.models import Item

TREES = int(os.environ.get("SEGMENT_TEST_TREES", "1000"))
KEYS = range(1, 5)
Rows = dict[int, dict[str, Any]]
Told = dict[int, str]


class Undone(Exception):
    """Ends a block as an application's error does."""


class Tree:
    """Acts on the database and keeps account of what it did: ``rows`` is what must be there, ``told`` what became of
    each object in the transaction."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.rows: Rows = {}
        self.told: Told = {}
        self.kept: dict[int, Item] = {}  # instances that the application holds on to, whatever was rolled back

    def block(self, depth: int) -> None:
        """A nested ``atomic()``, which may fail."""
        before = {key: dict(row) for key, row in self.rows.items()}, dict(self.told)
        try:
            with transaction.atomic(savepoint=True):
                self.acts(depth + 1)
                self.maybe_fail()
        except (Undone, IntegrityError):
            self.rows, self.told = before

    def maybe_fail(self) -> None:
        kind = self.chance.randrange(6)
        if kind == 0:
            raise Undone
        if kind == 1:
            transaction.set_rollback(True)
            raise Undone
        if kind == 2 and self.rows:
            Item.objects.create(name=next(iter(self.rows.values()))["name"])  # IntegrityError: names are unique

    def acts(self, depth: int) -> None:
        for _ in range(self.chance.randrange(5)):
            act = self.chance.choice([self.save, self.save, self.delete, self.block if depth < 4 else self.save])
            act(depth) if act == self.block else act(self.chance.choice(KEYS))

    def save(self, key: int) -> None:
        """Makes the object or changes one column, by an instance that is held or by a fresh one."""
        if key not in self.rows:
            self.kept[key] = Item.objects.create(pk=key, name=f"item-{key}")
            self.rows[key] = {"name": f"item-{key}", "size": 0, "colour": "grey"}
            self.told[key] = "changed" if self.told.get(key) == "gone" else "made"
            return
        item = self.kept.get(key)
        if item is None or self.chance.random() < 0.5:
            item = self.kept[key] = Item.objects.get(pk=key)
        column, value = self.chance.choice([("size", self.chance.randrange(3)), ("colour", self.chance.choice("rgb"))])
        setattr(item, column, value)
        item.save()
        now = {"name": item.name, "size": item.size, "colour": item.colour}
        if now != self.rows[key]:
            self.rows[key] = now
            self.told[key] = "made" if self.told.get(key) == "made" else "changed"

    def delete(self, key: int) -> None:
        if key in self.rows:
            Item.objects.get(pk=key).delete()
            del self.rows[key]
            self.kept.pop(key, None)
            if self.told.get(key) == "made":
                del self.told[key]
            else:
                self.told[key] = "gone"


NAMES = {"Item Made": "made", "Item Changed": "changed", "Item Gone": "gone"}


@pytest.fixture(autouse=True)
def somebody() -> Iterator[None]:
    with segment_web.scope(user_id="u1"):
        yield


@pytest.mark.django_db(transaction=True)
def test_random_trees(segment_events: CapturedEvents) -> None:
    for seed in range(TREES):
        tree = Tree(seed)
        for _ in range(3):
            segment_events.clear()
            tree.told = {}
            tree.block(0)
            assert dict(Item.objects.values_list("pk", "size")) == {pk: row["size"] for pk, row in tree.rows.items()}
            spoken = [(m["properties"]["item_id"], NAMES[m["event"]]) for m in segment_events]
            assert sorted(spoken) == sorted(tree.told.items()), f"seed {seed}"
            for message in segment_events:
                if message["event"] != "Item Gone":
                    assert tree.rows[message["properties"]["item_id"]].items() <= message["properties"].items()
        Item.objects.all()._raw_delete("default")
