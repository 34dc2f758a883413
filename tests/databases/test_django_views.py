"""Views with transactions, of whichever database: what was rolled back was never said, by models and decorated views alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from asgiref.sync import sync_to_async
from django.db import IntegrityError, connections, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

from segment_web.django import track_event
from segment_web.testing import CapturedEvents
from tests.databases.conftest import database
from tests.django.browser import Browser
from tests.django_project.library.models import Item, Shelf

pytestmark = pytest.mark.urls(__name__)
ELSEWHERE = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
SAVED = ["Item Made", "Saved"]


def save(using: str, end: str = "well", name: str = "cup") -> HttpResponse:
    """Makes an item, and ends as it is told to."""
    Item.objects.using(using).create(name=name)
    if end == "clash":
        Item.objects.using(using).create(name=name)
    if end == "clash unheard":
        with suppress(IntegrityError):
            Item.objects.using(using).create(name=name)
    if end == "clash in a savepoint":
        with suppress(IntegrityError), transaction.atomic(using=using):
            Item.objects.using(using).create(name=name)
    if end == "dangling":
        Shelf.objects.using(using).create(label="hanging", item_id=999)
    return HttpResponse("ok")


@track_event("Saved", on_commit=True)
def view(request: HttpRequest, using: str, end: str) -> HttpResponse:
    return save(using, end)


@track_event("Saved", on_commit=True)
async def async_view(request: HttpRequest, using: str, end: str) -> HttpResponse:
    """Has its transaction where Django's are, in a thread of synchronous code."""
    return await sync_to_async(transaction.atomic(using=using)(save))(using, end)


def two_transactions(request: HttpRequest, using: str, undone: str) -> HttpResponse:
    with transaction.atomic(using=using), transaction.atomic(using="elsewhere"):
        response = view(request, using=using, end="well")
        transaction.set_rollback(undone == "this", using)
        transaction.set_rollback(undone == "the other", "elsewhere")
        return response


urlpatterns = [
    path("view/<using>/<end>/", view),
    path("async/<using>/<end>/", async_view),
    path("two/<using>/<undone>/", two_transactions),
]


@pytest.fixture
def atomic_requests(using: str) -> Iterator[str]:
    connections.settings[using]["ATOMIC_REQUESTS"] = True
    yield using
    connections.settings[using]["ATOMIC_REQUESTS"] = False


def told(events: CapturedEvents) -> list[str]:
    return sorted(message["event"] for message in events)


@pytest.mark.parametrize(
    ("end", "expected"),
    [("well", SAVED), ("clash", []), ("clash unheard", []), ("clash in a savepoint", SAVED), ("dangling", [])],
)
def test_a_request_is_a_transaction(
    atomic_requests: str, events: CapturedEvents, end: str, expected: list[str]
) -> None:
    Browser(raise_request_exception=False).get(f"/view/{atomic_requests}/{end}/")
    assert told(events) == expected
    assert Item.objects.using(atomic_requests).count() == expected.count("Item Made")


@pytest.mark.parametrize(("end", "expected"), [("well", SAVED), ("clash", []), ("dangling", [])])
def test_an_asynchronous_view_has_its_transaction_in_a_thread(
    using: str, events: CapturedEvents, end: str, expected: list[str]
) -> None:
    Browser("asgi", raise_request_exception=False).get(f"/{using}/{end}/")
    assert told(events) == expected


@pytest.mark.parametrize(("undone", "expected"), [("neither", SAVED), ("this", []), ("the other", ["Item Made"])])
def test_on_commit_waits_for_every_open_transaction(
    using: str, events: CapturedEvents, undone: str, expected: list[str]
) -> None:
    with database("elsewhere", ELSEWHERE):
        Browser().get(f"/two/{using}/{undone}/")
    assert told(events) == expected
