"""``@track_event``: on every kind of view, once, and never in its way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from flask import Blueprint, Flask, Response, abort
from flask.testing import FlaskClient
from flask.views import MethodView

from segment_web.flask import current_segment, track_event
from segment_web.testing import CapturedEvents

RETURNED: list[Any] = [
    "text",
    b"bytes",
    {"a": 1},
    [1, 2],
    ("created", 201),
    ("teapot", 200, {"X-Tea": "oolong"}),
    Response("made"),
]


@pytest.mark.parametrize("returned", RETURNED, ids=repr)
def test_view_answers_as_without_it(app: Flask, browser: FlaskClient, events: CapturedEvents, returned: Any) -> None:
    app.add_url_rule("/plain", view_func=lambda: returned, endpoint="plain")
    app.add_url_rule("/tracked", view_func=track_event("Seen")(lambda: returned), endpoint="tracked")
    plain, tracked = browser.get("/plain"), browser.get("/tracked")
    assert (plain.data, plain.status, plain.content_type) == (tracked.data, tracked.status, tracked.content_type)
    events.assert_tracked("Seen", count=1)


def test_generator_is_consumed_once(app: Flask, browser: FlaskClient, events: CapturedEvents) -> None:
    @app.get("/")
    @track_event("Streamed")
    def view() -> Iterator[str]:
        yield from ("one ", "two")

    assert browser.get("/").text == "one two"
    events.assert_tracked("Streamed", count=1)


def test_properties_know_response_and_view_arguments(app: Flask, browser: FlaskClient, events: CapturedEvents) -> None:
    @app.get("/plans/<plan>")
    @track_event("Plan Viewed", properties=lambda response, **view_args: {**view_args, "status": response.status_code})
    def view(plan: str) -> str:
        current_segment.add({"coupon": "SPRING"})
        return plan

    browser.get("/plans/pro")
    events.assert_tracked("Plan Viewed", properties={"plan": "pro", "status": 200, "coupon": "SPRING"})


@pytest.mark.parametrize(("status", "sent"), [(200, 1), (302, 1), (399, 1), (400, 0), (404, 0), (500, 0)])
def test_default_is_a_status_below_400(
    app: Flask, browser: FlaskClient, events: CapturedEvents, status: int, sent: int
) -> None:
    app.add_url_rule("/", view_func=track_event("Seen")(lambda: ("", status)), endpoint="view")
    browser.get("/")
    assert len(events.named("Seen")) == sent


def test_when_decides_instead(app: Flask, browser: FlaskClient, events: CapturedEvents) -> None:
    decorate = track_event("Refused", when=lambda response: response.status_code == 403)
    app.add_url_rule("/", view_func=decorate(lambda: ("no", 403)), endpoint="view")
    browser.get("/")
    events.assert_tracked("Refused", count=1)


def test_view_that_raises_makes_no_event(app: Flask, browser: FlaskClient, events: CapturedEvents) -> None:
    app.add_url_rule("/", view_func=track_event("Seen")(lambda: abort(404)), endpoint="view")
    assert browser.get("/").status_code == 404
    events.assert_not_tracked("Seen")


def test_properties_that_raise_cost_the_event_and_nothing_else(
    app: Flask, browser: FlaskClient, events: CapturedEvents
) -> None:
    decorate = track_event("Seen", properties=lambda response: {"ratio": 1 / 0})
    app.add_url_rule("/", view_func=decorate(lambda: "fine"), endpoint="view")
    assert browser.get("/").text == "fine"
    events.assert_not_tracked("Seen")


def test_async_view(app: Flask, browser: FlaskClient, events: CapturedEvents) -> None:
    @app.get("/")
    @track_event("Seen")
    async def view() -> str:
        current_segment.track("Inside")
        return "async"

    assert browser.get("/").text == "async"
    assert [event["event"] for event in events] == ["Inside", "Seen"]
    assert len({event["anonymousId"] for event in events}) == 1


def test_methods_of_a_method_view(app: Flask, browser: FlaskClient, events: CapturedEvents) -> None:
    class View(MethodView):
        def get(self, slug: str) -> str:
            return slug

        @track_event("Posted", properties=lambda response, slug: {"slug": slug})
        def post(self, slug: str) -> str:
            return slug

    app.add_url_rule("/<slug>", view_func=View.as_view("view"))
    browser.get("/mug")
    browser.post("/mug")
    assert [event["properties"] for event in events] == [{"slug": "mug"}]


def test_decorators_of_a_method_view(app: Flask, browser: FlaskClient, events: CapturedEvents) -> None:
    class View(MethodView):
        decorators = [track_event("Seen")]  # noqa: RUF012 - Flask reads it once

        async def get(self) -> str:
            return "async"

    app.add_url_rule("/", view_func=View.as_view("view"))
    assert browser.get("/").text == "async"
    events.assert_tracked("Seen", count=1)


def test_blueprint(app: Flask, browser: FlaskClient, events: CapturedEvents) -> None:
    shop = Blueprint("shop", __name__, url_prefix="/shop")
    shop.add_url_rule("/", view_func=track_event("Seen")(lambda: "ok"), endpoint="home")
    app.register_blueprint(shop)
    browser.get("/shop/")
    events.assert_tracked("Seen", context={"page": {"path": "/shop/"}})


def test_bare_decorator_is_a_clear_error() -> None:
    with pytest.raises(TypeError, match="needs the event's name"):

        @track_event  # type: ignore[arg-type]
        def view() -> str:
            return ""


def test_a_view_called_as_a_function_returns_what_it_returns() -> None:
    assert track_event("Seen")(lambda: "plain")() == "plain"


def test_async_generators_are_left_to_flask(app: Flask, browser: FlaskClient, events: CapturedEvents) -> None:
    """An error of the view's own stays the same error."""

    @app.get("/")
    @track_event("Seen")
    async def view() -> AsyncIterator[str]:
        return None  # type: ignore[return-value]

    with pytest.raises(TypeError, match="did not return a valid response"):
        browser.get("/")
    events.assert_not_tracked("Seen")
