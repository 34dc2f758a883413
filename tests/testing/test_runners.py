"""A capture works wherever a test is written: what ``test_django.py`` does not say of Django's own test cases."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.request import urlopen

from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import AsyncClient, SimpleTestCase, TestCase

from segment_web.testing import CapturedEvents, capture_events
from tests.django_project.library.models import Book


class WithoutDatabase(SimpleTestCase):
    """As it is written without pytest."""

    def setUp(self) -> None:
        self.events = self.enterContext(capture_events())

    def test_a_capture_of_the_whole_test(self) -> None:
        self.client.get("/track/")
        self.events.assert_tracked("Book Viewed", count=1)


class Nested(TestCase):
    def setUp(self) -> None:
        self.owner = get_user_model().objects.create(username="anna")
        self.events = self.enterContext(capture_events())

    def test_a_capture_within_djangos_capture_of_callbacks(self) -> None:
        with self.captureOnCommitCallbacks(execute=True), capture_events() as inner:
            Book.objects.create(title="Emma", owner=self.owner)
            with transaction.atomic():
                Book.objects.create(title="Persuasion", owner=self.owner)
        assert [event["properties"]["title"] for event in inner] == ["Emma", "Persuasion"]
        self.events.assert_nothing()

    def test_what_the_outer_one_waits_for_is_not_the_inner_ones(self) -> None:
        with transaction.atomic():
            Book.objects.create(title="Emma", owner=self.owner)
            with capture_events() as inner:
                inner.assert_nothing()
        self.events.assert_tracked("Book Added", count=1)
        inner.assert_nothing()


def test_an_event_loop_of_the_tests_own(segment_events: CapturedEvents) -> None:
    asyncio.run(AsyncClient().get("/async/track/"))
    segment_events.assert_tracked("Book Viewed", count=1)


def test_the_live_server_of_pytest_django(live_server: Any, segment_events: CapturedEvents) -> None:
    urlopen(f"{live_server.url}/track/").close()
    segment_events.assert_tracked("Book Viewed", count=1)
