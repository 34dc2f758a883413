"""The anonymous cookie: on whose response it is set, how, and where a shared cache could hand it to somebody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.views.decorators.cache import cache_page

from segment_web.testing.captured import CapturedEvents
from tests.django.browser import CHROME, Browser
from tests.django.conftest import Overridden

pytestmark = pytest.mark.urls(__name__)

NAME = "ajs_anonymous_id"
BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


def tracked(request: Any) -> HttpResponse:
    """Tracks, and answers with the headers that the query names."""
    request.segment.track("Page Read")
    return HttpResponse("<p>read", headers=request.GET.dict())


def plain(request: HttpRequest) -> HttpResponse:
    """Counts how often it really runs."""
    cache.set("runs", cache.get("runs", 0) + 1)
    return HttpResponse("<p>plain")


urlpatterns = [path("tracked/", tracked), path("plain/", plain), path("cached/", cache_page(60)(plain))]


@pytest.fixture(autouse=True)
def nothing_leaves(request: pytest.FixtureRequest) -> None:
    """What is tried without a capture is recorded by nobody."""
    if "reason" not in request.fixturenames:
        request.getfixturevalue("segment_events")


def answer(**headers: str) -> Any:
    return Client(headers={"user-agent": CHROME}).get("/tracked/", headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"Cache-Control": "public"},
        {"Cache-Control": "max-age=60"},
        {"Cache-Control": "no-cache, s-maxage=10"},
        {"Cache-Control": "PUBLIC, max-age=0"},
        {"Cache-Control": 'max-age="060"'},
        {"Expires": "Fri, 01 Jan 2100 00:00:00 GMT"},
    ],
)
def test_never_where_a_shared_cache_may_keep_the_response(headers: dict[str, str]) -> None:
    response = answer(**headers)
    assert not response.cookies
    assert {name: response[name] for name in headers} == headers


@pytest.mark.parametrize(
    ("headers", "control"),
    [
        ({}, "private"),
        ({"Cache-Control": "no-cache"}, "no-cache, private"),
        ({"Cache-Control": "max-age=0"}, "max-age=0, private"),
        ({"Cache-Control": "private, max-age=60"}, "private, max-age=60"),
        ({"Cache-Control": "no-store"}, "no-store"),
        ({"Expires": "0"}, "private"),
        ({"Expires": "Fri, 01 Jan 1999 00:00:00 GMT"}, "private"),
        ({"Expires": "Fri, 01 Jan 2100 00:00:00 GMT", "Cache-Control": "private"}, "private"),
    ],
)
def test_where_it_is_set_the_response_is_private_and_varies(headers: dict[str, str], control: str) -> None:
    response = answer(**headers)
    assert NAME in response.cookies
    assert (response["Cache-Control"], response["Vary"]) == (control, "Cookie")


@pytest.mark.parametrize(
    ("vary", "then"), [("Accept", "Accept, Cookie"), ("accept, cookie", "accept, cookie"), ("*", "*")]
)
def test_what_the_response_varies_by_already_stays(vary: str, then: str) -> None:
    assert answer(Vary=vary)["Vary"] == then


def test_it_is_as_analytics_js_writes_it() -> None:
    cookie = answer().cookies[NAME]
    assert cookie.OutputString().split("; expires=")[0] == f"{NAME}={cookie.value}"
    said = {name: cookie[name] for name in ("path", "max-age", "samesite", "secure", "httponly", "domain")}
    assert said == {
        "path": "/",
        "max-age": 31_536_000,
        "samesite": "Lax",
        "domain": "",
        "secure": "",
        "httponly": "",
    }


@pytest.mark.parametrize(
    ("setting", "secure_request", "expected"),
    [(None, True, True), (None, False, ""), (True, False, True), (False, True, "")],
)
def test_secure_follows_the_request_unless_the_setting_says(
    segment: Overridden, setting: bool | None, secure_request: bool, expected: object
) -> None:
    segment(COOKIE={"SECURE": setting})
    response = Client(headers={"user-agent": CHROME}).get("/tracked/", secure=secure_request)
    assert response.cookies[NAME]["secure"] == expected


def test_its_attributes_are_settings(segment: Overridden) -> None:
    segment(COOKIE={"name": "who", "age": 60, "domain": "shop.test", "samesite": "Strict", "httponly": True})
    cookie = answer().cookies["who"]
    said = [cookie[name] for name in ("max-age", "domain", "samesite", "httponly")]
    assert said == [60, "shop.test", "Strict", True]


def test_never_without_an_event() -> None:
    assert not Client().get("/plain/").cookies


@pytest.mark.parametrize("reason", ["bot", "filtered", "disabled", "no key"])
@pytest.mark.parametrize("path", ["/track/", "/login/", "/signup/", "/logout/"])
@pytest.mark.django_db(transaction=True)
@pytest.mark.urls("tests.django_project.urls")
def test_never_for_whom_nothing_is_recorded(
    segment: Overridden, django_user_model: Any, path: str, reason: str
) -> None:
    """Outside of a capture, which keeps bots."""
    changes: dict[str, dict[str, Any]] = {
        "filtered": {"REQUEST_FILTER": lambda request: False},
        "disabled": {"ENABLED": False},
        "no key": {"WRITE_KEY": None},
    }
    segment(**changes.get(reason, {}))
    django_user_model.objects.create_user("anna", password="secret")
    visitor = Browser(agent=BOT if reason == "bot" else CHROME)
    if path == "/logout/":
        visitor.client.force_login(django_user_model.objects.get())
    name = "berta" if path == "/signup/" else "anna"
    response = visitor.get(path) if path == "/track/" else visitor.post(path, username=name, password="secret")
    assert response.status_code < 400
    assert NAME not in response.cookies


@pytest.fixture(params=["around us", "before us"])
def page_cache(settings: Any, request: pytest.FixtureRequest) -> None:
    """Django's page cache, written outside our middleware and read inside of it, or both outside."""
    cache.clear()
    update, fetch = (f"django.middleware.cache.{name}CacheMiddleware" for name in ("Update", "FetchFrom"))
    inner = settings.MIDDLEWARE
    settings.MIDDLEWARE = [update, *inner, fetch] if request.param == "around us" else [update, fetch, *inner]


@pytest.mark.usefixtures("page_cache")
@pytest.mark.parametrize("page_views", [False, True])
def test_a_hit_of_djangos_page_cache_stays_a_hit_without_a_cookie(segment: Overridden, page_views: bool) -> None:
    """And no query is added: one would raise here."""
    segment(PAGE_VIEWS=page_views)
    known, stranger = Browser(), Browser()
    known.client.cookies[NAME] = "0f1e2d3c"
    known.get("/plain/")
    hits = [stranger.get("/plain/") for _ in range(3)]
    assert cache.get("runs") == 1
    assert [(hit.content, hit.cookies) for hit in hits] == [(b"<p>plain", {})] * 3


@pytest.mark.usefixtures("page_cache")
def test_a_response_with_a_cookie_is_never_cached_for_others(segment: Overridden) -> None:
    segment(PAGE_VIEWS=True)
    first, second = Browser(), Browser()
    assert NAME in first.get("/plain/").cookies
    assert NAME in second.get("/plain/").cookies
    assert first.anonymous_id != second.anonymous_id
    assert cache.get("runs") == 2


@pytest.mark.usefixtures("page_cache")
def test_a_page_cached_from_a_visitor_in_a_visit_brings_it_to_nobody_else(segment: Overridden) -> None:
    """The response that begins a visit is theirs alone; a later one carries nothing, and may be kept for all."""
    segment(PAGE_VIEWS=True, VISIT=True)
    known, stranger = Browser(), Browser()
    assert {NAME, "segment_visit"} <= set(known.get("/plain/").cookies)
    assert not known.get("/plain/").cookies
    assert cache.get("runs") == 2
    assert not stranger.get("/plain/").cookies
    assert cache.get("runs") == 2


def test_a_page_that_anybody_may_cache_makes_no_user_of_a_stranger(
    segment: Overridden, segment_events: CapturedEvents
) -> None:
    """It cannot carry their id home, and so each view of it would be one more user who is billed."""
    cache.clear()
    segment(PAGE_VIEWS=True)
    stranger, known = Browser(), Browser()
    known.client.cookies[NAME] = "0f1e2d3c"
    for visitor in (stranger, stranger, known):
        assert not visitor.get("/cached/").cookies
    assert [message["anonymousId"] for message in segment_events] == ["0f1e2d3c"]
    assert [drop.reason for drop in segment_events.dropped] == ["no_user_anon_id"] * 2
