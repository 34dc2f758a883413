"""Decorated views of Flask keep their types, and wrong uses are errors."""

from __future__ import annotations

from typing import assert_type

from flask import Blueprint, Response
from flask.views import MethodView

from segment_web.flask import current_segment, track_event
from segment_web.messages.receipt import Receipt

shop = Blueprint("shop", __name__)


@shop.post("/plans/<plan>/upgrade")
@track_event("Plan Upgraded", properties=lambda response, **view: {"plan": view["plan"]})
def upgrade(plan: str) -> Response:
    assert_type(current_segment.track("Trial Started"), Receipt)
    return Response(plan)


class Product(MethodView):
    decorators = [track_event("Product Viewed")]  # noqa: RUF012 - as users write it

    @track_event("Product Asked For")
    async def post(self, number: int) -> tuple[str, int]:
        return str(number), 201


async def types() -> None:
    assert_type(upgrade("pro"), Response)
    assert_type(await Product().post(7), tuple[str, int])


def errors() -> None:
    upgrade(7)  # type: ignore[arg-type]
    track_event(upgrade)  # type: ignore[arg-type] # bare @track_event
    track_event("Plan Upgraded", when=lambda request, response: True)  # type: ignore[misc, arg-type]
