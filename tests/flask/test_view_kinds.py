"""Each kind of Flask view, whatever becomes of the request: one event when it has succeeded, and the same answer."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Blueprint, Flask, Response, abort, request
from flask.views import MethodView, View

from segment_web.flask import current_segment, track_event
from segment_web.testing import CapturedEvents
from tests.flask.conftest import browser_of

OUTCOMES = {"ok": 200, "pair": 201, "refused": 409, "missing": 404, "broken": 500, "stream": 200}
TOLD = {"ok", "pair", "stream"}  # those that make an event

tracked = track_event("Plan Upgraded", properties=lambda response, **view: {"status": response.status_code, **view})


def answer(outcome: str) -> Any:
    current_segment.add({"coupon": "SPRING"})
    if outcome == "missing":
        abort(404)
    if outcome == "broken":
        raise RuntimeError("a mistake of the application")
    if outcome == "stream":
        return Response(chunks())
    return {"ok": "one two", "pair": ("one two", 201), "refused": ("no", 409)}[outcome]


def chunks() -> Iterator[str]:
    yield from ("one ", "two")


@tracked
def function(outcome: str) -> Any:
    """A view's own words."""
    return answer(outcome)


@tracked
async def async_function(outcome: str) -> Any:
    """A view's own words."""
    return answer(outcome)


class Method(MethodView):
    @tracked
    def get(self, outcome: str) -> Any:
        return answer(outcome)


class AsyncMethod(MethodView):
    @tracked
    async def get(self, outcome: str) -> Any:
        return answer(outcome)


class Whole(MethodView):
    decorators = [tracked]  # noqa: RUF012 - as users write it

    def get(self, outcome: str) -> Any:
        return answer(outcome)


class AsyncWhole(MethodView):
    decorators = [tracked]  # noqa: RUF012 - as users write it

    async def get(self, outcome: str) -> Any:
        return answer(outcome)


class Once(View):
    init_every_request = False

    @tracked
    def dispatch_request(self, outcome: str) -> Any:
        return answer(outcome)


VIEWS: dict[str, Any] = {
    "function": function,
    "async_function": async_function,
    "method": Method.as_view("method"),
    "async_method": AsyncMethod.as_view("async_method"),
    "whole": Whole.as_view("whole"),
    "async_whole": AsyncWhole.as_view("async_whole"),
    "once": Once.as_view("once"),
}


@pytest.fixture
def shop(app: Flask) -> Flask:
    """Every kind on the application and once more on a blueprint."""
    app.testing = False
    blueprint = Blueprint("shop", __name__, url_prefix="/shop")
    for site in (app, blueprint):
        for name, view in VIEWS.items():
            site.add_url_rule(f"/{name}/<outcome>", view_func=view)
    app.register_blueprint(blueprint)
    return app


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("kind", VIEWS)
@pytest.mark.parametrize("prefix", ["", "/shop"])
def test_one_event_or_none(shop: Flask, events: CapturedEvents, prefix: str, kind: str, outcome: str) -> None:
    response = browser_of(shop).get(f"{prefix}/{kind}/{outcome}")
    assert response.status_code == OUTCOMES[outcome]
    expected = {"status": OUTCOMES[outcome], "outcome": outcome, "coupon": "SPRING"}
    assert [message["properties"] for message in events] == ([expected] if outcome in TOLD else [])
    assert (response.text == "one two") is (outcome in TOLD)


@pytest.mark.parametrize("kind", VIEWS)
def test_a_method_that_only_asks_makes_no_event(app: Flask, events: CapturedEvents, kind: str) -> None:
    app.testing = False  # a MethodView raises if it has no such method
    app.add_url_rule("/<outcome>", view_func=VIEWS[kind], methods=["GET", "HEAD", "OPTIONS", "TRACE"])
    browser = browser_of(app)
    for method in ("head", "options", "trace"):
        getattr(browser, method)("/ok")
    events.assert_nothing()


def test_a_method_that_only_asks_makes_the_event_that_names_it(app: Flask, events: CapturedEvents) -> None:
    app.add_url_rule("/", view_func=track_event("Probed", when=lambda _: request.method == "HEAD")(lambda: "ok"))
    browser_of(app).head("/")
    assert events.names == ["Probed"]


@pytest.mark.parametrize("kind", VIEWS)
def test_endpoints_are_the_views_own_names(shop: Flask, kind: str) -> None:
    with shop.test_request_context():
        assert shop.url_for(kind, outcome="ok") == f"/{kind}/ok"
        assert shop.url_for(f"shop.{kind}", outcome="ok") == f"/shop/{kind}/ok"


@pytest.mark.parametrize("view", [function, async_function])
def test_a_decorated_view_is_still_itself(view: Any) -> None:
    assert (view.__doc__, view.__module__) == ("A view's own words.", __name__)
    assert str(inspect.signature(view)) == "(outcome: 'str') -> 'Any'"
    assert inspect.iscoroutinefunction(view) is (view is async_function)


NO_VIEWS: dict[str, Any] = {
    "class": Method,
    "classmethod": classmethod(function),
    "staticmethod": staticmethod(function),
    "text": "shop.function",
}


@pytest.mark.parametrize("thing", NO_VIEWS.values(), ids=NO_VIEWS)
def test_what_is_no_view_is_not_decorated(thing: Any) -> None:
    with pytest.raises(TypeError, match=r"^@track_event (decorates|stands)"):
        tracked(thing)
