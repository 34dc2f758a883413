"""Model events in transactions: one for each object and transaction, of what the database has in the end."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F

import segment_web
from segment_web.testing.captured import CapturedEvents
from tests.django_project.library.models import Film, Item, Loan, UsedItem

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "archive"])


@pytest.fixture
def item(segment_events: CapturedEvents) -> Item:
    item = Item.objects.create(name="cup")
    segment_events.clear()
    return item


def told(events: CapturedEvents) -> list[str]:
    return [" ".join([m["event"], *m["properties"].get("changed_fields", ())]) for m in events]


def save(item: Item, **values: Any) -> None:
    for name, value in values.items():
        setattr(item, name, value)
    item.save()


def undone(act: Callable[[], object]) -> None:
    """What ``act`` does in a savepoint that is rolled back."""
    with suppress(ZeroDivisionError), transaction.atomic():
        act()
        raise ZeroDivisionError


def test_created_and_updated_is_created_with_the_last_values(segment_events: CapturedEvents) -> None:
    with transaction.atomic():
        item = Item.objects.create(name="cup")
        save(item, size=1)
        save(item, size=2)
    segment_events.assert_tracked("Item Made", properties={"item_id": item.pk, "size": 2})
    assert told(segment_events) == ["Item Made"]


def test_created_and_deleted_is_nothing(segment_events: CapturedEvents) -> None:
    with transaction.atomic():
        item = Item.objects.create(name="cup")
        save(item, size=1)
        item.delete()
    segment_events.assert_nothing()


def test_updates_are_one_with_all_that_changed(item: Item, segment_events: CapturedEvents) -> None:
    with transaction.atomic():
        save(item, size=1)
        with transaction.atomic():
            save(item, colour="red")
        save(item, size=2)
    segment_events.assert_tracked("Item Changed", properties={"size": 2, "colour": "red"})
    assert told(segment_events) == ["Item Changed size colour"]


def test_two_instances_of_one_row_are_one_object(item: Item, segment_events: CapturedEvents) -> None:
    with transaction.atomic():
        save(Item.objects.get(), size=1)
        save(Item.objects.get(), colour="red")
    assert told(segment_events) == ["Item Changed size colour"]


def test_updated_and_deleted_is_deleted(item: Item, segment_events: CapturedEvents) -> None:
    with transaction.atomic():
        save(item, size=1)
        item.delete()
    assert told(segment_events) == ["Item Gone"]


def test_deleted_and_made_again_is_changed_in_everything(item: Item, segment_events: CapturedEvents) -> None:
    with transaction.atomic():
        pk = item.pk
        item.delete()
        Item.objects.create(pk=pk, name="mug")
    assert told(segment_events) == ["Item Changed name size colour"]


def test_a_savepoint_takes_its_saves_with_it(item: Item, segment_events: CapturedEvents) -> None:
    with transaction.atomic():
        save(item, size=1)
        undone(lambda: save(item, colour="red"))
        undone(item.delete)
        undone(lambda: Item.objects.create(name="mug"))
    segment_events.assert_tracked("Item Changed", properties={"size": 1, "colour": "grey", "changed_fields": ["size"]})
    assert told(segment_events) == ["Item Changed size"]


def test_a_savepoint_that_is_released_is_taken_by_the_one_around_it(item: Item, segment_events: CapturedEvents) -> None:
    def nested() -> None:
        with transaction.atomic():
            save(item, size=1)

    with transaction.atomic():
        undone(nested)
    segment_events.assert_nothing()


def test_what_was_rolled_back_is_a_change_when_it_is_saved_again(item: Item, segment_events: CapturedEvents) -> None:
    undone(lambda: save(item, size=1))
    segment_events.assert_nothing()
    item.save()
    assert told(segment_events) == ["Item Changed size"]


def test_transactions_do_not_mix(item: Item, segment_events: CapturedEvents) -> None:
    for size in (1, 2):
        with transaction.atomic():
            save(item, size=size)
    save(item, size=3)
    assert told(segment_events) == ["Item Changed size"] * 3


def test_databases_do_not_mix(item: Item, segment_events: CapturedEvents) -> None:
    with transaction.atomic():
        save(item, size=1)
        Item.objects.using("archive").create(pk=item.pk, name="cup")
        transaction.set_rollback(True)
    assert told(segment_events) == ["Item Made"]


def test_no_query_is_added(item: Item, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(9), transaction.atomic():  # BEGIN, SAVEPOINT, RELEASE, COMMIT and these five
        save(item, size=1)
        with transaction.atomic():
            Item.objects.create(name="mug")
            save(item, size=F("size") + 1)
        UsedItem.objects.defer("name").get(pk=item.pk).save()


def test_a_proxy_is_the_same_object(item: Item, segment_events: CapturedEvents) -> None:
    with transaction.atomic():
        save(item, size=1)
        save(UsedItem.objects.get(), colour="red")
    assert told(segment_events) == ["Item Changed size colour"]
    assert segment_events[0]["properties"]["item_id"] == item.pk


def test_a_child_is_an_object_of_its_parents_model(segment_events: CapturedEvents) -> None:
    with transaction.atomic():
        film = Film.objects.create(name="Emma")
        save(Item.objects.get(), size=1)
    save(film, minutes=124)
    film.delete()
    assert told(segment_events) == ["Item Made", "Item Changed minutes", "Item Gone"]
    assert segment_events[1]["properties"]["minutes"] == 124


def test_what_comes_from_the_database_is_no_change(item: Item, segment_events: CapturedEvents) -> None:
    Item.objects.update(size=5, colour="red")
    item.refresh_from_db(fields=["size"])
    item.save(update_fields=["size"])
    item.refresh_from_db()
    item.save()
    segment_events.assert_nothing()


def test_a_deferred_field_that_was_loaded_can_change(item: Item, segment_events: CapturedEvents) -> None:
    loaded = Item.objects.defer("size").get()
    assert loaded.size == 0
    loaded.save()
    segment_events.assert_nothing()
    save(loaded, size=1)
    save(Item.objects.defer("colour").get(), colour="red")
    assert told(segment_events) == ["Item Changed size", "Item Changed colour"]


def test_an_expression_is_never_sent(item: Item, segment_events: CapturedEvents) -> None:
    save(item, size=F("size") + 1)
    properties = segment_events.assert_tracked("Item Changed", count=1)["properties"]
    assert properties["changed_fields"] == ["size"]
    assert properties.get("size", 1) == 1  # newer releases of Django ask the database for it as they save
    item.refresh_from_db()
    item.save()
    assert len(segment_events) == 1


def test_autocommit_turned_off(item: Item, segment_events: CapturedEvents) -> None:
    transaction.set_autocommit(False)
    save(item, size=1)
    transaction.rollback()
    save(item, size=2)
    save(item, colour="red")
    transaction.commit()
    segment_events.assert_nothing()
    transaction.set_autocommit(True)
    assert told(segment_events) == ["Item Changed size colour"]


def test_a_condition_judges_the_last_state(segment_events: CapturedEvents) -> None:
    with transaction.atomic():
        loan = Loan.objects.create(card=7, days=0)
        loan.days = 21
        loan.save()
        other = Loan.objects.create(card=8, days=21)
        other.days = 0
        other.save()
    assert [(m["event"], m["userId"]) for m in segment_events] == [("Loan Started", "card-7")]


def test_an_instance_can_be_pickled_before_the_commit(item: Item) -> None:
    with transaction.atomic():
        save(item, size=1)
        assert pickle.loads(pickle.dumps(item)).size == 1


def test_nothing_is_kept_after_the_end(item: Item) -> None:
    with transaction.atomic():
        save(item, size=1)
        undone(lambda: save(item, size=2))
    item.save()
    assert connection.run_on_commit == []
    assert not any("unsure" in name for name in vars(item))


@pytest.fixture(autouse=True)
def autocommit() -> Iterator[None]:
    """A test that fails leaves the connection as it found it."""
    with segment_web.scope(user_id="u1"):
        yield
    if not connection.get_autocommit():
        transaction.rollback()
        transaction.set_autocommit(True)


def test_what_was_read_in_a_savepoint_that_is_rolled_back(item: Item, segment_events: CapturedEvents) -> None:
    def read() -> Item:
        save(Item.objects.get(), size=2)
        return Item.objects.get()

    read_inside: list[Item] = []
    with transaction.atomic():
        undone(lambda: read_inside.append(read()))
        read_inside[0].save()
    assert told(segment_events) == ["Item Changed size"]


def test_what_was_put_together_by_hand_is_changed_in_everything(item: Item, segment_events: CapturedEvents) -> None:
    Item(pk=item.pk, name="mug").save()
    assert told(segment_events) == ["Item Changed name size colour"]
