"""A view may track whatever it has at hand: it answers as if nothing had happened, and good events around it arrive."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy

from segment_web.django import conf
from tests.django.browser import Browser
from tests.django.conftest import Overridden, Wire

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db(transaction=True)]


def cyclic() -> dict[str, Any]:
    found: dict[str, Any] = {"name": "round"}
    found["self"] = found
    return found


OBJECTS: dict[str, tuple[Callable[[], Any], Any]] = {
    "nan": (lambda: float("nan"), None),
    "infinity": (lambda: float("inf"), None),
    "uuid": (lambda: UUID(int=7), "00000000-0000-0000-0000-000000000007"),
    "decimal": (lambda: Decimal("9.50"), 9.5),
    "lazy": (lambda: gettext_lazy("Emma"), "Emma"),
    "model": (lambda: Group(name="readers"), "[django.contrib.auth.models.Group]"),
    "queryset": (lambda: Group.objects.all(), "[django.db.models.query.QuerySet]"),
    "cycle": (cyclic, {"name": "round", "self": "[cycle]"}),
    "surrogate": (lambda: "half \ud800", "half �"),
    "huge integer": (lambda: 2**70, str(2**70)),
    "object": (object, "[object]"),
}


def around(request: Any, kind: str) -> HttpResponse:
    make, _ = OBJECTS[kind]
    receipts = [
        request.segment.track("Before"),
        request.segment.track("Tried", {"value": make()}),
        request.segment.track("After"),
    ]
    return HttpResponse(" ".join(str(receipt.reason) for receipt in receipts))


def too_long(request: Any) -> HttpResponse:
    receipts = [request.segment.track(*said) for said in [("Before",), ("Tried", {"text": "x" * 40_000}), ("After",)]]
    return HttpResponse(" ".join(str(receipt.reason) for receipt in receipts))


async def around_async(request: Any, kind: str) -> HttpResponse:
    return around(request, kind)


async def too_long_async(request: Any) -> HttpResponse:
    return too_long(request)


urlpatterns = [
    *[path("around/<str:kind>/", around), path("long/", too_long)],
    *[path("async/around/<str:kind>/", around_async), path("async/long/", too_long_async)],
]


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("kind", OBJECTS)
def test_it_leaves_by_its_fixed_rule_and_the_view_answers(
    browser: Browser, wire: Wire, settings: Any, django_assert_num_queries: Any, kind: str, debug: bool
) -> None:
    settings.DEBUG = debug
    with django_assert_num_queries(0):
        response = browser.get(f"/around/{kind}/")
    assert (response.status_code, response.content) == (200, b"None None None")
    before, tried, after = wire.messages
    assert (before["event"], after["event"]) == ("Before", "After")
    assert tried["properties"]["value"] == OBJECTS[kind][1]


@pytest.mark.parametrize("debug", [False, True])
def test_what_is_too_large_is_refused_at_the_call_and_counted(
    browser: Browser, wire: Wire, settings: Any, debug: bool
) -> None:
    settings.DEBUG = debug
    response = browser.get("/long/")
    assert (response.status_code, response.content) == (200, b"None message_too_large None")
    assert [message["event"] for message in wire.messages] == ["Before", "After"]
    assert conf.client().stats().dropped == {"message_too_large": 1}


def test_a_user_id_setting_that_fails_costs_the_id_and_nothing_else(
    browser: Browser, wire: Wire, segment: Overridden, django_user_model: Any
) -> None:
    browser.client.force_login(django_user_model.objects.create_user("anna"))
    segment(USER_ID=lambda user: user.missing)
    assert browser.get("/around/uuid/").status_code == 200
    assert [message.get("userId", "nobody") for message in wire.messages] == ["nobody"] * 3
