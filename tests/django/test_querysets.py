"""Model events of bulk operations: what the queryset knows of them, and no query that nobody asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F

import segment_web
from segment_web.testing.captured import CapturedEvents
from tests.django_project.library.models import Item, Shelf

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def somebody() -> Iterator[None]:
    with segment_web.scope(user_id="clerk"):
        yield


@pytest.fixture
def shelves(segment_events: CapturedEvents) -> list[Shelf]:
    shelves = Shelf.objects.bulk_create([Shelf(label="a"), Shelf(label="b", place=2)])
    segment_events.clear()
    return shelves


def told(events: CapturedEvents) -> list[tuple[str, dict[str, Any]]]:
    return [(message["event"], message["properties"]) for message in events]


def test_bulk_create_makes_each(segment_events: CapturedEvents) -> None:
    first, second = Shelf.objects.bulk_create([Shelf(label="a"), Shelf(label="b")])
    assert told(segment_events) == [
        ("Shelf Put Up", {"shelf_id": first.pk, "label": "a", "place": 0}),
        ("Shelf Put Up", {"shelf_id": second.pk, "label": "b", "place": 0}),
    ]


def test_bulk_create_that_may_meet_others_says_nothing(segment_events: CapturedEvents) -> None:
    Shelf.objects.bulk_create([Shelf(pk=1, label="a")], ignore_conflicts=True)
    segment_events.assert_nothing()


def test_bulk_update_says_what_changed(shelves: list[Shelf], segment_events: CapturedEvents) -> None:
    for shelf in shelves:
        shelf.label, shelf.place = "not stored", 2
    Shelf.objects.bulk_update(shelves, ["place"])
    assert told(segment_events) == [
        ("Shelf Changed", {"shelf_id": shelves[0].pk, "label": "a", "place": 2, "changed_fields": ["place"]})
    ]


def test_update_says_the_new_values(shelves: list[Shelf], segment_events: CapturedEvents) -> None:
    Shelf.objects.filter(label="a").update(label="c", place=F("place") + 1)
    Shelf.objects.filter(label="nowhere").update(label="d")
    Shelf.objects.update(item=None)
    assert told(segment_events) == [
        ("Shelf Changed", {"label": "c", "changed_fields": ["label", "place"], "rows": 1}),
    ]


def test_update_says_each_when_asked(shelves: list[Shelf], segment_events: CapturedEvents) -> None:
    assert Shelf.objects.telling_each().filter(place__lt=3).update(place=2) == 2
    assert told(segment_events) == [
        ("Shelf Changed", {"shelf_id": shelves[0].pk, "label": "a", "place": 2, "changed_fields": ["place"]})
    ]


def test_an_update_of_what_is_no_object_goes_through(shelves: list[Shelf], segment_events: CapturedEvents) -> None:
    assert Shelf.objects.telling_each().values("place").update(place=7) == 2
    assert Shelf.objects.get(label="a").place == 7
    segment_events.assert_nothing()


def test_a_related_manager_and_delete_say_it_too(shelves: list[Shelf], segment_events: CapturedEvents) -> None:
    item = Item.objects.create(name="cup")
    item.shelves.add(*shelves)
    segment_events.clear()
    item.shelves.telling_each().update(place=7)
    item.shelves.all().delete()
    events = [message["event"] for message in segment_events]
    assert events == ["Shelf Changed"] * 2 + ["Shelf Gone"] * 2


def test_bulk_operations_are_squashed_and_rolled_back_with_saves(segment_events: CapturedEvents) -> None:
    with transaction.atomic():
        (shelf,) = Shelf.objects.bulk_create([Shelf(label="a")])
        Shelf.objects.telling_each().update(place=2)
        with transaction.atomic():
            Shelf.objects.update(label="b")
            Shelf.objects.telling_each().update(place=3)
            transaction.set_rollback(True)
    assert told(segment_events) == [("Shelf Put Up", {"shelf_id": shelf.pk, "label": "a", "place": 2})]


@pytest.mark.parametrize(
    ("act", "queries"),
    [
        (lambda shelves: Shelf.objects.bulk_create([Shelf(label="c")]), 1),
        (lambda shelves: Shelf.objects.bulk_update(shelves, ["place"]), 1),
        (lambda shelves: Shelf.objects.update(place=3), 1),
        (lambda shelves: Shelf.objects.telling_each().update(place=3), 2),
    ],
    ids=["bulk_create", "bulk_update", "update", "telling_each"],
)
def test_no_query_is_added_unasked(
    shelves: list[Shelf], django_assert_num_queries: Any, act: Callable[[list[Shelf]], object], queries: int
) -> None:
    with transaction.atomic(), django_assert_num_queries(queries):
        act(shelves)
