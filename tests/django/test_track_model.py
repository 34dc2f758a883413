"""Model events: what was committed, once, with what the model lists, and without a query of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core import serializers
from django.db import transaction
from django.db.models import F
from django.db.models.signals import post_delete, post_save

import segment_web
from segment_web.django import track_model
from segment_web.django.models import tracking
from segment_web.errors import ConfigError
from segment_web.logs import log
from segment_web.testing.captured import CapturedEvents
from tests.django.browser import Browser
from tests.django.conftest import Overridden
from tests.django_project.library.models import Book, Loan, Review

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def somebody() -> Iterator[None]:
    """Outside of a request events need a user."""
    with segment_web.scope(user_id="u1"):
        yield


@pytest.fixture
def book(segment_events: CapturedEvents) -> Book:
    book = Book.objects.create(title="Emma", price="9.50")
    segment_events.clear()
    return book


def said(events: CapturedEvents) -> list[str]:
    return [message["event"] for message in events]


def test_created_updated_and_deleted_are_events(segment_events: CapturedEvents) -> None:
    book = Book.objects.create(title="Emma", price=Decimal("9.50"))
    pk = book.pk
    book.status = "sold"
    book.save()
    book.delete()
    common = {"book_id": pk, "title": "Emma", "price": 9.5}
    assert [(message["event"], message["properties"]) for message in segment_events] == [
        ("Book Added", {**common, "status": "new"}),
        ("Book Changed", {**common, "status": "sold", "changed_fields": ["status"]}),
        ("Book Removed", {**common, "status": "sold"}),
    ]


def test_the_log_names_the_line_that_saves_and_not_djangos_dispatcher(
    settings: Any, segment: Overridden, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DEBUG = True
    segment(DELIVERY="null")
    log.forget()
    with segment_web.resume(None):  # nobody's
        Book.objects.create(title="Emma")
    [line] = [record.message for record in caplog.records if "no_user_anon_id" in record.message]
    assert f"{os.path.relpath(__file__)}:" in line


def test_they_leave_after_the_commit(segment_events: CapturedEvents) -> None:
    with transaction.atomic():
        Book.objects.create(title="Emma")
        segment_events.assert_nothing()
    assert said(segment_events) == ["Book Added"]


def test_what_is_rolled_back_never_happened(segment_events: CapturedEvents) -> None:
    with transaction.atomic():
        Book.objects.create(title="Kept")
        with transaction.atomic():
            Book.objects.create(title="Undone")
            transaction.set_rollback(True)
    assert [message["properties"]["title"] for message in segment_events] == ["Kept"]


@pytest.mark.parametrize("action", ["create", "save", "delete"])
def test_no_query_is_added(book: Book, django_assert_num_queries: Any, action: str) -> None:
    loaded = Book.objects.defer("title").get()
    loaded.price = Decimal(8)
    act: Any = {"create": lambda: Book.objects.create(title="New"), "save": loaded.save, "delete": loaded.delete}[
        action
    ]
    plain = {"create": 1, "save": 1, "delete": 4}  # deleting: BEGIN, its reviews, itself, COMMIT
    with django_assert_num_queries(plain[action]):
        act()


@pytest.mark.parametrize("price", ["9.50", Decimal("9.5"), Decimal("9.50"), 9.5])
def test_a_save_that_changes_nothing_is_nothing(book: Book, segment_events: CapturedEvents, price: Any) -> None:
    book.price = price
    book.save()
    Book.objects.get().save()
    segment_events.assert_nothing()


def test_update_fields_says_what_was_stored(book: Book, segment_events: CapturedEvents) -> None:
    book.title, book.status = "Persuasion", "sold"
    book.save(update_fields=["status"])
    book.save()
    changes = [message["properties"]["changed_fields"] for message in segment_events]
    assert changes == [["status"], ["title"]]


def test_a_column_that_is_not_listed_does_not_count(
    book: Book, django_user_model: Any, segment_events: CapturedEvents
) -> None:
    book.owner = django_user_model.objects.create(username="anna")
    book.save()
    segment_events.assert_nothing()


@pytest.mark.parametrize("loaded", [False, True])
def test_a_value_that_is_changed_in_place_is_seen(segment_events: CapturedEvents, loaded: bool) -> None:
    review = Review.objects.create(book=Book.objects.create(title="Emma"), marks={"plot": [1]})
    review = Review.objects.get() if loaded else review
    review.marks["plot"].append(2)
    review.save()
    segment_events.assert_tracked("Review Edited", properties={"marks": {"plot": [1, 2]}, "changed_fields": ["marks"]})


def test_an_expression_is_stored_and_told(book: Book, segment_events: CapturedEvents) -> None:
    book.price = F("price") + 1
    book.save()
    segment_events.assert_tracked("Book Changed", properties={"changed_fields": ["price"]}, count=1)


def test_a_fixture_is_nothing_that_happened(book: Book, segment_events: CapturedEvents) -> None:
    text = serializers.serialize("json", [book])
    Book.objects.all().delete()
    segment_events.clear()
    for item in serializers.deserialize("json", text):
        item.save()
    assert Book.objects.count() == 1
    segment_events.assert_nothing()


def test_bulk_operations_are_nothing(segment_events: CapturedEvents) -> None:
    Book.objects.bulk_create([Book(title="Emma"), Book(title="Persuasion")])
    Book.objects.update(status="sold")
    segment_events.assert_nothing()


def test_all_columns_but_the_excluded_and_passwords(segment_events: CapturedEvents) -> None:
    book = Book.objects.create(title="Emma")
    review = Review.objects.create(book=book, text="Lovely", secret="s3cret", password="s3cret")
    written = segment_events.assert_tracked("Review Written", user_id="reader-1")
    assert written["properties"] == {"review_id": review.pk, "book_id": book.pk, "text": "Lovely", "marks": {}}
    segment_events.clear()
    review.secret = "another"
    review.save()
    segment_events.assert_nothing()


def test_computed_properties_user_and_condition(segment_events: CapturedEvents) -> None:
    Loan.objects.create(card=7, days=21)
    Loan.objects.create(card=8, days=0)
    message = segment_events.assert_tracked("Loan Started", user_id="card-7", count=1)
    assert {"days": 21, "long": True}.items() <= message["properties"].items()
    assert len(segment_events) == 1


def test_the_user_is_the_objects_or_the_visitors(django_user_model: Any, segment_events: CapturedEvents) -> None:
    owner = django_user_model.objects.create(username="anna")
    Book.objects.create(title="Emma", owner=owner)
    Book.objects.create(title="Emma")
    assert [message["userId"] for message in segment_events] == [str(owner.pk), "u1"]


def test_a_callable_that_raises_costs_the_event_and_not_the_save(segment_events: CapturedEvents) -> None:
    Loan.objects.create(card=7, days="21")  # "21" > 0 raises in ``when``
    assert Loan.objects.get().days == 21
    segment_events.assert_nothing()


def test_a_visitors_request_is_in_the_event(browser: Browser, segment_events: CapturedEvents) -> None:
    browser.post("/books/", title="Emma", price="7")
    message = segment_events.assert_tracked(
        "Book Added", anonymous_id=browser.anonymous_id, properties={"title": "Emma"}
    )
    assert message["context"]["page"]["path"].endswith("/books/")


def test_a_property_that_the_model_does_not_have_is_an_error_with_its_name() -> None:
    with pytest.raises(ConfigError, match=r"track_model\(Book\).*'isbn'"):
        track_model(Book, created="Book Added", properties=["isbn"])


@pytest.fixture
def configured(segment: Overridden) -> Iterator[None]:
    segment(MODELS={"auth.Group": {"created": "Group Created", "properties": ["name"]}})
    tracking.connect()
    yield
    for signal, suffix in ((post_save, "save"), (post_delete, "delete")):
        signal.disconnect(sender=Group, dispatch_uid=f"segment_web.auth.Group.{suffix}")


@pytest.mark.usefixtures("configured")
def test_models_of_others_are_tracked_by_the_setting(segment_events: CapturedEvents) -> None:
    group = Group.objects.create(name="readers")
    assert said(segment_events) == ["Group Created"]
    assert segment_events[0]["properties"] == {"group_id": group.pk, "name": "readers"}
