"""Management commands of an application: what is said inside of ``segment_web.scope`` is that user's, and nothing after it."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

from segment_web.testing import CapturedEvents
from tests.django.browser import Browser

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def lend(request: HttpRequest) -> HttpResponse:
    """Runs the command within a visitor's request."""
    call_command("lend", "reader-7", "Emma")
    request.segment.track("Thanks Said")  # type: ignore[attr-defined]
    return HttpResponse("ok")


urlpatterns = [path("lend/", lend)]


def test_its_events_are_the_users_whom_it_names(segment_events: CapturedEvents) -> None:
    call_command("lend", "reader-7", "Emma")
    call_command("lend", "reader-8", "Persuasion")
    assert sorted((m["userId"], m["event"], m["context"]["groupId"]) for m in segment_events) == [
        ("reader-7", "Book Added", "branch-2"),
        ("reader-7", "Lending Begun", "branch-2"),
        ("reader-8", "Book Added", "branch-2"),
        ("reader-8", "Lending Begun", "branch-2"),
    ]


def test_one_that_fails_in_a_transaction_has_made_nothing(segment_events: CapturedEvents) -> None:
    call_command("lend", "reader-7", "Emma")
    segment_events.clear()
    with pytest.raises(CommandError), transaction.atomic():
        call_command("lend", "reader-8", "Emma")
    assert [(m["event"], m["userId"]) for m in segment_events] == [("Lending Begun", "reader-8")]


def test_in_a_request_the_visitor_is_there_again_after_it(segment_events: CapturedEvents) -> None:
    browser = Browser()
    browser.get("/lend/")
    assert {m["event"]: m.get("userId") for m in segment_events} == {
        "Lending Begun": "reader-7",
        "Book Added": "reader-7",
        "Thanks Said": None,
    }
    segment_events.assert_tracked("Thanks Said", anonymous_id=browser.anonymous_id)
