"""Decorated views of Django keep their types, and wrong uses are errors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, assert_type

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.views.generic import TemplateView

from segment_web import Analytics, Options
from segment_web.django import SegmentRequest, TrackEventMixin, track_event, track_model
from segment_web.messages.receipt import Receipt


@track_event("Plan Upgraded", properties={"plan": "pro"}, on_commit=True)
def upgrade(request: HttpRequest, plan: str) -> HttpResponse:
    return HttpResponse(plan)


@track_event("Plan Upgraded", properties=lambda request, response, **view: {"plan": view["plan"]})
async def upgrade_later(request: HttpRequest, plan: str) -> HttpResponse:
    return HttpResponse(plan)


@track_event("Order Completed", properties=lambda request, response: {"status": response.status_code})
def checkout(request: SegmentRequest) -> HttpResponse:
    assert_type(request.segment.track("Order Completed", {"total": 27.5}, user_id=7), Receipt)
    return HttpResponse()


@track_model(created="Order Placed", properties=["number"], when=lambda order: order.pk > 7)
class Order(Model):
    pass


SEGMENT: Options = {"write_key": "key", "page_views": True, "models": {"shop.Order": {"created": "Order Placed"}}}


class Product(TrackEventMixin, TemplateView):
    segment_event = "Product Viewed"
    segment_events = {"post": "Product Asked For", "put": track_event("Product Changed")}  # noqa: RUF012 - as users write it

    def get_segment_properties(self, response: HttpResponse) -> Mapping[str, Any]:
        return {"status": response.status_code}

    @track_event("Product Asked For")
    def post(self, request: HttpRequest, number: int) -> HttpResponse:
        return HttpResponse(str(number))


async def types(request: HttpRequest, analytics: Analytics) -> None:
    assert_type(upgrade(request, "pro"), HttpResponse)
    later: Callable[[HttpRequest, str], Awaitable[HttpResponse]] = upgrade_later
    assert_type(await later(request, "pro"), HttpResponse)
    assert_type(Product().post(request, 7), HttpResponse)
    assert_type(analytics.track("Order Completed", {"total": 27.5}), Receipt)
    assert_type(Order, type[Order])
    assert_type(track_model(Order, updated="Order Changed"), type[Order])


def errors(request: HttpRequest, analytics: Analytics) -> None:
    upgrade(request, 7)  # type: ignore[arg-type]
    Product().post(request)  # type: ignore[call-arg]
    track_event(upgrade)  # type: ignore[arg-type] # bare @track_event
    track_event("Plan Upgraded", when=lambda request: True)  # type: ignore[misc, arg-type]
    track_event("Plan Upgraded", properties=["plan"])  # type: ignore[arg-type]
    analytics.track("Order Completed", user="anna")  # type: ignore[call-arg]
    track_model(Order, creatd="Order Placed")  # type: ignore[call-overload]
    wrong: Options = {"page_view": True}  # type: ignore[typeddict-unknown-key]
    assert_type(wrong, Options)
