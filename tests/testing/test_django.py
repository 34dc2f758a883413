"""Captures in Django's own test cases, where no transaction of the test ever commits."""

from __future__ import annotations

from contextlib import ExitStack
from decimal import Decimal
from typing import Any
from urllib.request import urlopen

from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client, LiveServerTestCase, TestCase, TransactionTestCase, override_settings

import segment_web
from segment_web.django import conf
from segment_web.django.signals import message_accepted
from segment_web.testing import capture_events
from tests.django_project.library.models import Book


def tell_the_order(owner: Any) -> None:
    """Expect one order of model events and calls, whether the transactions commit or not."""
    with capture_events() as events, segment_web.scope(user_id="u1"):
        segment_web.track("Before")
        with transaction.atomic():
            book = Book.objects.create(title="Emma", owner=owner)
            segment_web.track("Inside")
        segment_web.track("Between")
        with transaction.atomic():
            segment_web.track("Inside Another")
            book.delete()
            with transaction.atomic():
                Book.objects.create(title="Persuasion", owner=owner)
            segment_web.track("Still Inside")
        Book.objects.create(title="Sanditon", owner=owner)
        segment_web.track("After")
    assert events.names == [
        *("Before", "Inside", "Book Added", "Between"),
        *("Inside Another", "Still Inside", "Book Removed", "Book Added"),
        *("Book Added", "After"),
    ]


class InTestCase(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        Book.objects.create(title="Waiting since before every test", owner=get_user_model().objects.create())

    def test_a_model_event_counts_once_its_transaction_has_ended(self) -> None:
        with capture_events() as events:
            with transaction.atomic():
                Book.objects.create(title="Emma", price=Decimal("9.50"), owner=None, status="new")
                self.client.post("/books/", {"title": "Persuasion"})
                assert len(events) == 0
            events.assert_tracked("Book Added", properties={"title": "Persuasion"}, count=1)
        assert [message["properties"]["title"] for message in events if message["type"] == "track"] == ["Persuasion"]

    def test_saves_are_squashed_by_the_applications_own_transactions(self) -> None:
        owner = get_user_model().objects.create(username="anna")
        with capture_events() as events:
            book = Book.objects.create(title="Emma", owner=owner)
            book.status = "sold"
            book.save()
            with transaction.atomic():
                book.price = Decimal(7)
                book.save()
                book.status = "lost"
                book.save()
            book.delete()
        assert [m["event"] for m in events] == ["Book Added", "Book Changed", "Book Changed", "Book Removed"]
        assert events[2]["properties"]["changed_fields"] == ["price", "status"]

    def test_model_events_come_where_a_commit_would_send_them(self) -> None:
        tell_the_order(get_user_model().objects.create(username="anna"))

    def test_an_event_of_nobody_is_named_in_dropped(self) -> None:
        with capture_events() as events:
            Book.objects.create(title="Emma")
        assert [(drop.reason, drop.message["event"]) for drop in events.dropped] == [("no_user_anon_id", "Book Added")]

    def test_what_is_rolled_back_was_never_said(self) -> None:
        with capture_events() as events:
            self.client.post("/books/rolled-back/", {"title": "Emma"})
        events.assert_nothing()

    def test_what_waited_before_the_capture_is_not_in_it_and_does_not_leave(self) -> None:
        user = get_user_model().objects.create(username="anna")
        Book.objects.create(title="Emma", owner=user)
        accepted = conf.client().stats().accepted
        with capture_events() as events:
            Book.objects.create(title="Persuasion", owner=user)
        events.assert_tracked("Book Added", properties={"title": "Persuasion"}, user_id=user.pk)
        assert len(events) == 1
        assert conf.client().stats().accepted == accepted

    def test_what_is_said_after_the_capture_does_not_leave_by_reading_it(self) -> None:
        user = get_user_model().objects.create(username="anna")
        accepted = conf.client().stats().accepted
        with capture_events() as events:
            pass
        Book.objects.create(title="Emma", owner=user)
        events.assert_nothing()
        assert conf.client().stats().accepted == accepted

    def test_djangos_own_capture_of_callbacks_counts_and_runs_as_ever(self) -> None:
        ran: list[str] = []
        user = get_user_model().objects.create(username="anna")
        Book.objects.create(title="Before", owner=user)
        with capture_events() as events, self.captureOnCommitCallbacks(execute=True) as callbacks:
            Book.objects.create(title="Emma", owner=user)
            transaction.on_commit(lambda: ran.append("the test's own"))
            events.assert_tracked("Book Added", properties={"title": "Emma"})
        assert (len(callbacks), ran) == (2, ["the test's own"])
        events.assert_tracked("Book Added", count=1)

    def test_a_sign_up_waits_for_its_user(self) -> None:
        with capture_events() as events:
            pk = self.client.post("/signup/", {"username": "anna"}).content.decode()
        events.assert_identified(pk)
        events.assert_tracked("Signed Up", user_id=pk, count=1)
        events.assert_not_tracked("Signed In")

    def test_a_test_client_is_no_bot_here(self) -> None:
        with capture_events() as events:
            Client(headers={"user-agent": "Googlebot/2.1"}).get("/track/")
            Client().get("/track/")
        events.assert_tracked("Book Viewed", count=2)

    def test_overridden_settings_hold_inside(self) -> None:
        with capture_events() as events, override_settings(SEGMENT={"ENABLED": False, "APP": {"name": "Other"}}):
            self.client.get("/track/")
        events.assert_tracked("Book Viewed", context={"app": {"name": "Other"}})

    def test_signals_are_sent_inside_too(self) -> None:
        told: list[str] = []

        def receive(*, message_id: str, **_: object) -> None:
            told.append(message_id)

        message_accepted.connect(receive)
        self.addCleanup(message_accepted.disconnect, receive)
        with capture_events() as events:
            self.client.get("/track/")
        assert told == [events[0]["messageId"]]

    async def test_an_async_test_reads_what_synchronous_code_wrote(self) -> None:
        with capture_events() as events:
            await self.async_client.post("/books/", {"title": "Emma"})
            events.assert_tracked("Book Added", properties={"title": "Emma"})
            await self.async_client.get("/async/track/")
            events.assert_tracked("Book Viewed")


class InTransactionTestCase(TransactionTestCase):
    def test_model_events_come_where_a_commit_sends_them(self) -> None:
        tell_the_order(get_user_model().objects.create(username="anna"))

    def test_a_real_commit_is_waited_for(self) -> None:
        user = get_user_model().objects.create(username="anna")
        with capture_events() as events:
            with transaction.atomic():
                Book.objects.create(title="Emma", owner=user)
                events.assert_nothing()
            events.assert_tracked("Book Added", count=1)

    def test_what_was_said_before_and_commits_inside_does_not_leave(self) -> None:
        user = get_user_model().objects.create(username="anna")
        accepted = conf.client().stats().accepted
        with ExitStack() as before:
            before.enter_context(transaction.atomic())
            Book.objects.create(title="Emma", owner=user)
            with capture_events() as events:
                before.close()
        events.assert_tracked("Book Added", count=1)
        assert conf.client().stats().accepted == accepted

    def test_what_was_said_inside_and_commits_after_does_not_leave(self) -> None:
        user = get_user_model().objects.create(username="anna")
        accepted = conf.client().stats().accepted
        with transaction.atomic(), capture_events() as events:
            Book.objects.create(title="Emma", owner=user)
        events.assert_nothing()
        assert conf.client().stats().accepted == accepted


class WithALiveServer(LiveServerTestCase):
    def test_the_servers_threads_are_covered(self) -> None:
        with capture_events() as events:
            urlopen(f"{self.live_server_url}/track/").close()
        events.assert_tracked("Book Viewed", count=1, context={"page": {"path": "/track/"}})
