"""Each kind of view, whatever becomes of the request: one event when it has succeeded, else none, and the same answer."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.urls import include, path, resolve, reverse

from segment_web.testing.captured import CapturedEvents
from tests.django.browser import Browser
from tests.django.views.kinds import EVENT, OPERATIONS, VIEWS, api
from tests.django.views.outcomes import BODIES, OUTCOMES, TOLD

pytestmark = pytest.mark.urls(__name__)

kinds = [path(f"{name}/<str:outcome>/", view, name=name) for name, view in VIEWS.items()]
urlpatterns = [
    path("", include(kinds)),
    path("async/", include((kinds, "async"))),
    path("ninja/", api("ninja").urls),
    path("async/ninja/", api("async_ninja").urls),
]
CASES = [(kind, outcome) for kind in (*VIEWS, *OPERATIONS) for outcome in OUTCOMES]


def address(kind: str, outcome: str) -> str:
    return reverse(f"ninja:{kind}" if kind in OPERATIONS else kind, kwargs={"outcome": outcome})


@pytest.mark.parametrize(("kind", "outcome"), CASES)
def test_one_event_or_none(interface: str, segment_events: CapturedEvents, kind: str, outcome: str) -> None:
    browser = Browser(interface, raise_request_exception=False)
    response = browser.get(address(kind, outcome))
    assert response.status_code == OUTCOMES[outcome]
    if outcome not in TOLD:
        segment_events.assert_nothing()
        return
    assert body(response).replace(b" ", b"") == BODIES[outcome].replace(b" ", b"")
    message = segment_events.assert_tracked(EVENT, anonymous_id=browser.anonymous_id, count=1)
    expected = {"method": "GET", "outcome": outcome, "coupon": "SPRING"}
    assert {name: message["properties"].get(name) for name in expected} == expected


@pytest.mark.parametrize("kind", [kind for kind in VIEWS if kind != "async_mixin"])  # which names OPTIONS
def test_a_method_that_only_asks_makes_no_event(segment_events: CapturedEvents, kind: str) -> None:
    browser = Browser(raise_request_exception=False)
    for method in ("head", "options", "trace"):
        getattr(browser.client, method)(address(kind, "ok"))
    segment_events.assert_nothing()
    assert browser.anonymous_id == ""


@pytest.mark.parametrize("kind", VIEWS)
def test_urls_find_the_view_under_its_own_name(kind: str) -> None:
    found = resolve(address(kind, "ok"))
    assert (found.func, found.url_name) == (VIEWS[kind], kind)
    assert found._func_path.startswith("tests.django.views.kinds.")


def body(response: Any) -> bytes:
    if not response.streaming:
        return bytes(response.content)
    if not response.is_async:
        return b"".join(response.streaming_content)

    async def all_of_it() -> bytes:
        return b"".join([chunk async for chunk in response.streaming_content])

    return async_to_sync(all_of_it)()
