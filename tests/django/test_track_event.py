"""``@track_event`` on every kind of view: an event when it succeeded, and never a trace of it in the view's own ways."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from asgiref.sync import iscoroutinefunction
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_GET
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from segment_web.django import TrackEventMixin, track_event
from segment_web.testing.captured import CapturedEvents
from tests.django.browser import Browser

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]

EVENT = "Plan Upgraded"


def answer(request: Any) -> HttpResponse:
    request.segment.add({"coupon": "SPRING"})
    return HttpResponse("ok", status=int(request.GET.get("status", 200)))


@track_event(EVENT, properties={"plan": "pro"})
def function(request: Any) -> HttpResponse:
    """A view's own words."""
    return answer(request)


@track_event(EVENT, properties={"plan": "pro"})
async def async_function(request: Any) -> HttpResponse:
    """A view's own words."""
    return answer(request)


@require_GET
@track_event(EVENT, properties={"plan": "pro"})
def under_another(request: Any) -> HttpResponse:
    return answer(request)


class Method(View):
    @track_event(EVENT, properties={"plan": "pro"})
    def get(self, request: Any) -> HttpResponse:
        return answer(request)


class AsyncPlain(View):
    async def get(self, request: Any) -> HttpResponse:
        return answer(request)


class AsyncMethod(View):
    @track_event(EVENT, properties={"plan": "pro"})
    async def get(self, request: Any) -> HttpResponse:
        return answer(request)


@method_decorator(track_event(EVENT, properties={"plan": "pro"}), name="dispatch")
class Dispatch(View):
    def get(self, request: Any) -> HttpResponse:
        return answer(request)


@method_decorator(track_event(EVENT, properties={"plan": "pro"}), name="dispatch")
class AsyncDispatch(View):
    async def get(self, request: Any) -> HttpResponse:
        return answer(request)


class Mixin(TrackEventMixin, View):
    segment_event = EVENT

    def get(self, request: Any) -> HttpResponse:
        return answer(request)

    def get_segment_properties(self, response: Any) -> dict[str, Any]:
        return {"plan": "pro" if response.content == b"ok" else "?"}


class AsyncMixin(Mixin):
    async def get(self, request: Any) -> HttpResponse:  # type: ignore[override] # Django allows either
        return answer(request)


class Named(Mixin):
    segment_events: ClassVar = {"head": "Plan Probed", "options": track_event("Plan Asked For")}


class NamedInSet(TrackEventMixin, ViewSet):
    segment_event = EVENT
    segment_events: ClassVar = {"options": "Plans Described"}

    def list(self, request: Any) -> Response:
        return Response([])


VIEWS: dict[str, Any] = {
    "function": function,
    "async_function": async_function,
    "under_another": under_another,
    "method": Method.as_view(),
    "async_method": AsyncMethod.as_view(),
    "dispatch": Dispatch.as_view(),
    "async_dispatch": AsyncDispatch.as_view(),
    "mixin": Mixin.as_view(),
    "async_mixin": AsyncMixin.as_view(),
    "around_as_view": track_event(EVENT, properties={"plan": "pro"})(AsyncPlain.as_view()),
}


def computed(request: HttpRequest, response: Any, **view: Any) -> dict[str, Any]:
    return {"plan": view["plan"], "size": len(response.content), "path": request.path}


@track_event(EVENT, properties=computed)
def with_arguments(request: Any, plan: str) -> HttpResponse:
    return HttpResponse("ok")


@track_event(EVENT, when=lambda request, response: response.status_code == 404)
def when_missing(request: Any) -> HttpResponse:
    return answer(request)


@track_event(EVENT, when=lambda request, response: request.method == "HEAD")
def when_head(request: Any) -> HttpResponse:
    return HttpResponse("ok")


@track_event(EVENT, properties=lambda request, response: {"plan": 1 / 0})
def broken_properties(request: Any) -> HttpResponse:
    return HttpResponse("ok")


@track_event(EVENT, when=lambda request, response: 1 / 0 > 0)
def broken_condition(request: Any) -> HttpResponse:
    return HttpResponse("ok")


@track_event(EVENT, on_commit=True)
def on_commit(request: Any) -> HttpResponse:
    return HttpResponse("ok")


@track_event(EVENT, on_commit=True)
async def on_commit_async(request: Any) -> HttpResponse:
    return HttpResponse("ok")


@transaction.atomic
def rolled_back(request: Any) -> HttpResponse:
    response = on_commit(request)
    transaction.set_rollback(True)
    return response


@track_event(EVENT)
def failing(request: Any) -> HttpResponse:
    raise RuntimeError("a mistake of the application")


OTHERS: list[Any] = [
    when_missing,
    when_head,
    broken_properties,
    broken_condition,
    on_commit,
    on_commit_async,
    rolled_back,
    failing,
]
urlpatterns = [
    *[path(prefix + name + "/", view) for prefix in ("", "async/") for name, view in VIEWS.items()],
    *[path(prefix + view.__name__ + "/", view) for prefix in ("", "async/") for view in OTHERS],
    path("with_arguments/<str:plan>/", with_arguments),
    path("named/", Named.as_view()),
    path("named_in_set/", NamedInSet.as_view({"get": "list"})),
]


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_that_succeeds_is_one_event(browser: Browser, segment_events: CapturedEvents, view: str) -> None:
    assert browser.get(f"/{view}/").content == b"ok"
    message = segment_events.assert_tracked(EVENT, anonymous_id=browser.anonymous_id, count=1)
    assert message["properties"] == {"plan": "pro", "coupon": "SPRING"}


@pytest.mark.parametrize("status", ["400", "404", "503"])
@pytest.mark.parametrize("view", VIEWS)
def test_a_view_that_does_not_succeed_is_none(
    browser: Browser, segment_events: CapturedEvents, view: str, status: str
) -> None:
    assert browser.get(f"/{view}/?status={status}").status_code == int(status)
    segment_events.assert_nothing()


def test_a_view_that_raises_is_none(segment_events: CapturedEvents) -> None:
    assert Browser(raise_request_exception=False).get("/failing/").status_code == 500
    segment_events.assert_nothing()


def test_properties_are_computed_of_request_response_and_arguments(segment_events: CapturedEvents) -> None:
    Browser().get("/with_arguments/team/")
    expected = {"plan": "team", "size": 2, "path": "/with_arguments/team/"}
    assert segment_events.assert_tracked(EVENT)["properties"] == expected


@pytest.mark.parametrize(("status", "count"), [(404, 1), (200, 0)])
def test_when_decides_instead_of_the_status(segment_events: CapturedEvents, status: int, count: int) -> None:
    Browser().get(f"/when_missing/?status={status}")
    assert len(segment_events) == count


@pytest.mark.parametrize(
    ("view", "names"),
    [("named", ["Plan Probed", "Plan Asked For"]), ("named_in_set", ["Plans Described"]), ("when_head", [EVENT])],
)
def test_a_method_that_only_asks_makes_the_event_that_names_it(
    segment_events: CapturedEvents, view: str, names: list[str]
) -> None:
    for method in ("head", "options", "trace"):
        getattr(Browser().client, method)(f"/{view}/")
    assert segment_events.names == names


@pytest.mark.parametrize("view", ["broken_properties", "broken_condition"])
def test_a_callable_that_raises_costs_the_event_alone(segment_events: CapturedEvents, view: str) -> None:
    assert Browser().get(f"/{view}/").content == b"ok"
    segment_events.assert_nothing()


@pytest.mark.parametrize("view", ["on_commit", "on_commit_async"])
@pytest.mark.django_db(transaction=True)
def test_on_commit_without_a_transaction_is_at_once(interface: str, segment_events: CapturedEvents, view: str) -> None:
    Browser(interface).get(f"/{view}/")
    segment_events.assert_tracked(EVENT, count=1)


def test_on_commit_is_nothing_after_a_rollback(segment_events: CapturedEvents) -> None:
    assert Browser().get("/rolled_back/").status_code == 200
    segment_events.assert_nothing()


@pytest.mark.parametrize("view", [function, async_function])
def test_a_decorated_view_is_still_itself(view: Any) -> None:
    assert (view.__name__.endswith("function"), view.__doc__) == (True, "A view's own words.")
    assert iscoroutinefunction(view) == view.__name__.startswith("async")


@pytest.mark.parametrize("name", [function, "", None])
def test_without_a_name_it_says_how_it_is_used(name: Any) -> None:
    with pytest.raises(TypeError, match='@track_event\\("Plan Upgraded"\\)'):
        track_event(name)


def test_without_the_middleware_the_view_answers_as_ever(settings: Any, segment_events: CapturedEvents) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "segment_web" not in name]
    assert Browser().get("/broken_properties/").content == b"ok"
    segment_events.assert_nothing()
