"""Decorated views of Flask keep their types, and wrong uses are errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, assert_type

from flask import Blueprint, Response
from flask.views import MethodView

from segment_web.flask import Segment, current_segment, track_event
from segment_web.messages.receipt import Receipt

shop = Blueprint("shop", __name__)
segment = Segment(page_views=True, user_loader=lambda request: "anna")


@segment.track_model(created="Order Placed")
class Order:
    number = 7


@shop.post("/plans/<plan>/upgrade")
@track_event("Plan Upgraded", properties=lambda response, **view: {"plan": view["plan"]})
def upgrade(plan: str) -> Response:
    assert_type(current_segment.track("Trial Started"), Receipt)
    return Response(plan)


@shop.post("/orders")
@track_event("Order Completed", when=lambda response: response.status_code == 302)
def checkout() -> str:
    return "thank you"


class Product(MethodView):
    decorators: ClassVar[list[Callable[..., Any]]] = [track_event("Product Viewed")]

    @track_event("Product Asked For")
    async def post(self, number: int) -> tuple[str, int]:
        return str(number), 201


async def types() -> None:
    assert_type(upgrade("pro"), Response)
    assert_type(checkout(), str)
    assert_type(Order().number, int)
    assert_type(await Product().post(7), tuple[str, int])


def errors() -> None:
    Segment(page_view=True)  # type: ignore[call-arg]
    Segment(ip="half")  # type: ignore[arg-type]
    upgrade(7)  # type: ignore[arg-type]
    track_event(upgrade)  # type: ignore[arg-type] # bare @track_event
    track_event("Plan Upgraded", when=lambda request, response: True)  # type: ignore[misc, arg-type]
