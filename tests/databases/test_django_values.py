"""Django's model events carry the values that the database has, and no value that only the database knows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.db.models import F

from segment_web.testing import CapturedEvents
from tests.django_project.library.models import Offer

CODE = "2f3b9a54-90b5-4c5e-b5a9-0d3c1d7f9e11"
ASSIGNED: list[tuple[str, Any]] = [
    ("price", "12.50"),
    ("price", 9.99 * 1.19),
    ("price", 10.004),
    ("price", Decimal("2.675")),
    ("price", Decimal("2.665")),
    ("price", 3),
    ("amount", "7"),
    ("amount", 7.9),
    ("is_open", "False"),
    ("until", "2026-01-05T10:00:00"),
    ("until", "2026-01-05T10:00:00+02:00"),
    ("until", datetime(2026, 1, 5, 10)),
    ("code", CODE),
    ("code", UUID(CODE)),
    ("label", 5),
    ("label", Decimal("1.10")),
]


@pytest.fixture
def offers(using: str, events: CapturedEvents) -> Any:
    return Offer.objects.using(using)


@pytest.mark.filterwarnings("ignore:DateTimeField .* received a naive datetime")
@pytest.mark.parametrize(("column", "value"), ASSIGNED, ids=repr)
def test_a_value_is_the_one_that_the_database_has(offers: Any, events: CapturedEvents, column: str, value: Any) -> None:
    made = offers.create(**{column: value})
    offers.filter(pk=made.pk).telling_each().update(**{column: value})
    made.save()
    loaded = offers.get()
    setattr(loaded, column, value)
    loaded.save()
    assert events.names == ["Offer Made"], "to store the same value again is no change"
    loaded = offers.get()
    events.assert_tracked("Offer Made", properties={column: getattr(loaded, column)}, count=1)
    assert type(events[0]["properties"][column]) is not str or column in ("until", "code", "label")
    loaded.delete()
    events.assert_tracked("Offer Gone", properties={column: events[0]["properties"][column]})


def test_a_price_is_compared_as_the_column_rounds_it(offers: Any, events: CapturedEvents) -> None:
    offer = offers.create(price=10)
    for price in (10.004, "10.0", 9.996):
        offer.price = price
        offer.save()
    assert events.names == ["Offer Made"]
    offer.price = 10.006
    offer.save()
    events.assert_tracked("Offer Changed", properties={"price": 10.01})


def test_an_update_of_many_sends_the_columns_values(offers: Any, events: CapturedEvents) -> None:
    offers.create()
    offers.update(price="12.50", rebate=1)
    assert events.named("Offer Changed")[0]["properties"] == {
        "price": 12.5,
        "changed_fields": ["price", "total", "due"],
        "rows": 1,
    }


def test_a_key_is_one_key_however_it_is_written(offers: Any, events: CapturedEvents) -> None:
    with transaction.atomic(using=offers.db):
        offers.create(pk="7")
        offers.filter(pk=7).telling_each().update(amount=2)
    assert events.assert_tracked("Offer Made")["properties"]["offer_id"] == 7
    assert events.names == ["Offer Made"]


CHANGES: dict[str, tuple[Callable[[Any], None], list[str]]] = {
    "price": (lambda offer: setattr(offer, "price", 2), ["price", "total"]),
    "expression": (lambda offer: setattr(offer, "price", F("price") + 1), ["price", "total"]),
    "not listed": (lambda offer: setattr(offer, "rebate", 3), ["due"]),
    "both": (lambda offer: setattr(offer, "amount", 9), ["amount", "total", "due"]),
    "neither": (lambda offer: setattr(offer, "label", "x"), ["label"]),
}


@pytest.mark.parametrize("loaded", [False, True])
@pytest.mark.parametrize("change", CHANGES)
def test_a_computed_column_changes_with_its_sources(
    offers: Any, events: CapturedEvents, change: str, loaded: bool
) -> None:
    """Django 5.2 leaves the former value in the object, which must not be sent."""
    offer = offers.create(price=1)
    offer = offers.get() if loaded else offer
    assert events[0]["properties"]["total"] == 1
    act, changed = CHANGES[change]
    act(offer)
    offer.save()
    now = offers.get()
    sent = events.named("Offer Changed")[0]["properties"]
    assert sent["changed_fields"] == changed
    for column in ("total", "due"):
        assert sent.get(column, getattr(now, column)) == getattr(now, column)
        assert (column in sent) or column in changed
    offer.refresh_from_db()
    offer.save()
    assert events.names == ["Offer Made", "Offer Changed"]
    offer.delete()
    events.assert_tracked("Offer Gone", properties={"total": now.total, "due": now.due})


def test_a_computed_column_is_not_stale_in_an_object_that_is_made_and_changed(
    offers: Any, events: CapturedEvents
) -> None:
    with transaction.atomic(using=offers.db):
        offer = offers.create(price=1)
        offer.price = 2
        offer.save()
    assert events.names == ["Offer Made"]
    assert events[0]["properties"].get("total", 2) == 2
    offer.delete()
    assert events.named("Offer Gone")[0]["properties"].get("total", 2) == 2


def test_a_computed_column_is_known_again_after_a_rollback(offers: Any, events: CapturedEvents) -> None:
    offer = offers.create(price=1)
    with transaction.atomic(using=offers.db):
        offer.price = 2
        offer.save()
        transaction.set_rollback(True, using=offers.db)
    offer.price = 1
    offer.label = "x"
    offer.save()
    sent = events.named("Offer Changed")[0]["properties"]
    assert (sent["changed_fields"], sent["total"]) == (["label"], 1)
