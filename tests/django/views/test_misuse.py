"""A decorator or mixin that would never do anything says so while the program starts, and how it is meant."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import path
from django.views import View
from ninja import NinjaAPI
from rest_framework.viewsets import ViewSet

from segment_web.django import TrackEventMixin, track_event

tracked: Any = track_event("Plan Upgraded")


def view(request: Any) -> HttpResponse:
    return HttpResponse("ok")


@pytest.mark.parametrize(
    ("thing", "cure"),
    [
        (View, "View is a class: derive it from TrackEventMixin"),
        (classmethod(view), "above @classmethod: write it below"),
        (staticmethod(view), "above @staticmethod: write it below"),
        (path("", view), "write it directly above the view"),
        ("shop.views.home", "write it directly above the view"),
    ],
    ids=["class", "classmethod", "staticmethod", "route", "text"],
)
def test_what_is_no_view_is_not_decorated(thing: Any, cure: str) -> None:
    with pytest.raises(TypeError, match=cure):
        tracked(thing)


def test_above_a_route_of_django_ninja_it_would_never_run() -> None:
    api = NinjaAPI(urls_namespace="misused")
    with pytest.raises(TypeError, match=r"write it below @api\.get"):
        tracked(api.get("/")(lambda request: {}))


def test_the_mixin_stands_before_the_view() -> None:
    with pytest.raises(TypeError, match=r"class Last\(TrackEventMixin, \.\.\.\)"):
        type("Last", (View, TrackEventMixin), {"segment_event": "Plan Upgraded"})


@pytest.mark.parametrize("base", [View, ViewSet])
def test_the_mixin_needs_an_event(base: type) -> None:
    nameless: Any = type("Nameless", (TrackEventMixin, base), {"get": view})
    with pytest.raises(TypeError, match="Nameless has no event: set segment_event"):
        nameless.as_view({"get": "get"}) if base is ViewSet else nameless.as_view()


def test_an_action_that_is_not_there_is_named() -> None:
    body = {"create": view, "segment_events": {"create": "Order Placed", "craete": "Order Placed"}}
    misspelt: Any = type("Orders", (TrackEventMixin, ViewSet), body)
    with pytest.raises(TypeError, match="segment_events of Orders names craete"):
        misspelt.as_view({"post": "create"})
