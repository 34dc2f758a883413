"""django-ninja: an operation is introspected as if it were not decorated, and streams and authenticates as ever."""

from __future__ import annotations

from collections.abc import AsyncIterator
from inspect import isasyncgenfunction
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.http import StreamingHttpResponse
from django.urls import path
from ninja import NinjaAPI, Schema
from ninja.security import HttpBearer

from segment_web.django import track_event
from segment_web.testing.captured import CapturedEvents
from tests.django.browser import Browser

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db(transaction=True)]

api = NinjaAPI(urls_namespace="ninja_own")
plain_api = NinjaAPI(urls_namespace="ninja_plain")


class Order(Schema):
    number: int
    status_code: str = "shipped"  # a name that a response has too


class Bearer(HttpBearer):
    def authenticate(self, request: Any, token: str) -> Any:
        return User.objects.get(username=token)


class AsyncBearer(HttpBearer):
    async def authenticate(self, request: Any, token: str) -> Any:
        return await User.objects.aget(username=token)


# The annotations are texts, which django-ninja resolves in this module.
def place(request: Any, order: Order, coupon: str = "none") -> Order:
    """Places an order."""
    return order


def said(request: Any, response: Any, *, order: Order, coupon: str) -> dict[str, Any]:
    return {"number": order.number, "coupon": coupon}


api.post("place/", response=Order)(track_event("Order Placed", properties=said)(place))
plain_api.post("place/", response=Order)(place)


@api.get("now/me/", auth=Bearer())
@track_event("Asked")
def me(request: Any) -> dict[str, str]:
    return {"name": request.auth.username}


@api.get("later/me/", auth=AsyncBearer())
@track_event("Asked")
async def me_later(request: Any) -> dict[str, str]:
    return {"name": request.auth.username}


@api.get("pair/", response={200: Any, 409: Any})
@track_event("Paired")
def pair(request: Any, status: int) -> Any:
    return status, {}


async def rows(request: Any) -> StreamingHttpResponse:
    return StreamingHttpResponse(generated(request), content_type="text/plain")


@track_event("Rows Streamed")
async def generated(request: Any) -> AsyncIterator[bytes]:
    """As the operations whose response is ``JSONL[...]`` or ``SSE[...]``."""
    request.segment.track("Begun")
    for row in (b"one ", b"two"):
        yield row


urlpatterns = [path("async/rows/", rows), path("async/", api.urls), path("plain/", plain_api.urls)]


def test_body_and_query_are_read_by_their_annotations(segment_events: CapturedEvents) -> None:
    response = Browser().client.post("/async/place/?coupon=SPRING", {"number": 7}, "application/json")
    assert (response.status_code, response.json()) == (200, {"number": 7, "status_code": "shipped"})
    segment_events.assert_tracked("Order Placed", properties={"number": 7, "coupon": "SPRING"}, count=1)


def test_what_cannot_be_read_makes_no_event(segment_events: CapturedEvents) -> None:
    assert Browser().client.post("/async/place/", {"number": "x"}, "application/json").status_code == 422
    segment_events.assert_nothing()


@pytest.mark.filterwarnings("ignore:Returning tuple:DeprecationWarning")
@pytest.mark.parametrize(("status", "count"), [(200, 1), (409, 0)])
def test_a_pair_has_the_status(segment_events: CapturedEvents, status: int, count: int) -> None:
    assert Browser().get(f"/async/pair/?status={status}").status_code == status
    assert len(segment_events) == count


def test_the_documentation_is_as_without_it() -> None:
    schema, plain = api.get_openapi_schema(), plain_api.get_openapi_schema()
    assert operation_of(schema, "/async/place/") == operation_of(plain, "/plain/place/")


@pytest.mark.parametrize("kind", ["now", "later"])
def test_whom_the_operations_authentication_finds_the_event_is_theirs(
    segment_events: CapturedEvents, kind: str
) -> None:
    user = User.objects.create_user("anna")
    response = Browser("asgi").get(f"/{kind}/me/", authorization="Bearer anna")
    assert response.json() == {"name": "anna"}
    segment_events.assert_tracked("Asked", user_id=str(user.pk), count=1)


def test_an_asynchronous_generator_stays_one_and_is_told_of_when_it_begins(segment_events: CapturedEvents) -> None:
    assert isasyncgenfunction(generated)
    browser = Browser("asgi")
    browser.client.cookies["ajs_anonymous_id"] = "a-visitor-who-has-an-id"  # it is too late for a cookie in a stream
    response = browser.get("/rows/")

    async def read() -> list[bytes]:
        return [chunk async for chunk in response.streaming_content]

    assert async_to_sync(read)() == [b"one ", b"two"]
    assert [message["event"] for message in segment_events] == ["Rows Streamed", "Begun"]


def operation_of(schema: Any, address: str) -> dict[str, Any]:
    """What the documentation says of an operation, but for its id, which is made of the module's name."""
    return {name: value for name, value in schema["paths"][address]["post"].items() if name != "operationId"}
