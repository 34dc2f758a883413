"""Page calls, when switched on: one for each page that a person got to see, none for anything else."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from segment_web.testing.captured import CapturedEvents
from tests.django.browser import Browser
from tests.django.conftest import Overridden

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]

LOADER = '<script src="https://cdn.segment.com/analytics.js/v1/KEY/analytics.min.js"></script>'


TURBO = "text/html, application/xhtml+xml"


def page(request: HttpRequest, **_: Any) -> HttpResponse:
    if "preview" in request.GET:
        request.is_preview = True  # type: ignore[attr-defined] # as Wagtail marks the editor's look at a page
    body = LOADER if "loads" in request.GET else "<h1>Books"
    kind = request.GET.get("type", "text/html; charset=utf-8")
    return HttpResponse(body, status=int(request.GET.get("status", 200)), content_type=kind)


def stream(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter([b"<h1>", b"Books"]))


async def page_async(request: HttpRequest, **_: Any) -> HttpResponse:
    return page(request)


async def stream_async(request: HttpRequest) -> StreamingHttpResponse:
    async def chunks() -> Any:
        yield b"<h1>"

    return StreamingHttpResponse(chunks())


urlpatterns = [
    *[path("stream/", stream), path("<path:name>", page), path("", page)],
]
urlpatterns = [path("async/stream/", stream_async), path("async/<path:name>", page_async), *urlpatterns]


@pytest.fixture(autouse=True)
def on(segment: Overridden) -> None:
    segment(PAGE_VIEWS=True)


@pytest.mark.parametrize("where", ["/books/", "/stream/"])
def test_a_page_is_a_page_call_of_its_visitor(browser: Browser, segment_events: CapturedEvents, where: str) -> None:
    browser.get(where + "?q=emma&utm_source=mail", referer="https://example.com/a")
    message = segment_events.assert_paged(anonymous_id=browser.anonymous_id, count=1)
    said = {name: value for name, value in message["properties"].items() if name not in ("url", "path")}
    assert said == {"search": "?q=emma&utm_source=mail", "referrer": "https://example.com/a", "host": "testserver"}
    assert message["context"]["campaign"] == {"source": "mail"}
    assert message["properties"].items() >= message["context"]["page"].items()


@pytest.mark.parametrize("status", [200, 206])
@pytest.mark.parametrize("kind", ["text/html", "TEXT/HTML; charset=utf-8", "application/xhtml+xml"])
def test_html_that_was_got_is_a_page(browser: Browser, segment_events: CapturedEvents, status: int, kind: str) -> None:
    browser.get(f"/books/?status={status}&type={kind.replace('+', '%2B')}")
    segment_events.assert_paged(count=1)


@pytest.mark.parametrize(
    "query",
    [
        "status=302",
        "status=304",
        "status=404",
        "status=500",
        "type=application/json",
        "type=text/plain",
        "loads=1",
        "preview=1",
    ],
)
def test_what_is_no_page_is_none(browser: Browser, segment_events: CapturedEvents, query: str) -> None:
    """Nor is a page that loads analytics.js, which makes a page call of its own, nor an editor's preview in Wagtail."""
    browser.get(f"/books/?{query}")
    segment_events.assert_nothing()
    assert browser.anonymous_id == ""


@pytest.mark.parametrize(
    "headers",
    [
        {"hx-request": "true"},
        {"x-requested-with": "XMLHttpRequest"},
        {"sec-fetch-dest": "empty"},
        {"sec-fetch-dest": "iframe"},
        {"sec-fetch-dest": "iframe", "hx-boosted": "true"},
        {"sec-fetch-dest": "empty", "turbo-frame": "cart", "x-turbo-request-id": "1", "accept": TURBO},
        {"sec-fetch-dest": "empty", "x-up-version": "3.14.3", "x-up-target": "#cart"},
        {"sec-fetch-dest": "empty", "x-up-version": "3.14.3", "x-up-target": ".main"},
    ],
    ids=str,
)
def test_what_nobody_looks_at_is_none(
    browser: Browser, segment_events: CapturedEvents, headers: dict[str, str]
) -> None:
    browser.get("/books/", **headers)
    segment_events.assert_nothing()


@pytest.mark.parametrize(
    "headers",
    [
        {"hx-request": "true", "hx-boosted": "true"},
        {"hx-request": "true", "hx-history-restore-request": "true", "sec-fetch-dest": "empty"},
        {"x-turbo-request-id": "0b5c", "accept": TURBO},
        {"accept": f"text/vnd.turbo-stream.html, {TURBO}"},  # after a form's redirect; Turbo 7 sends no id
        {"x-requested-with": "swup", "accept": TURBO},
        {"x-up-version": "3.14.3", "x-up-target": "body", "x-up-mode": "root"},
        {"x-up-version": "3.14.3", "x-up-target": ".flash, main", "x-up-mode": "root"},
        {"x-up-version": "3.14.3", "x-up-target": "[up-main~=root]", "x-up-mode": "root"},
        {"x-pjax": "true", "x-pjax-container": "#main", "x-requested-with": "XMLHttpRequest"},
    ],
    ids=str,
)
def test_a_page_that_a_script_puts_in_place_is_one(
    browser: Browser, segment_events: CapturedEvents, headers: dict[str, str]
) -> None:
    browser.get("/books/", **{"sec-fetch-dest": "empty", **headers})
    segment_events.assert_paged(count=1)


@pytest.mark.parametrize("method", ["post", "head"])
def test_only_a_get_is_one(segment_events: CapturedEvents, method: str) -> None:
    getattr(Browser().client, method)("/books/")
    segment_events.assert_nothing()


@pytest.mark.parametrize(
    "where", ["/static/a.html", "/health", "/health/", "/admin/", "/admin/auth/user/", "/favicon.ico"]
)
def test_excluded_paths_are_none(segment_events: CapturedEvents, where: str) -> None:
    Browser().get(where)
    segment_events.assert_nothing()


@pytest.mark.parametrize(("where", "count"), [("/healthy/", 1), ("/private/a", 0), ("/admin/", 1)])
def test_the_excluded_paths_are_a_setting(
    segment: Overridden, segment_events: CapturedEvents, where: str, count: int
) -> None:
    segment(PAGE_VIEWS=True, EXCLUDE_PATHS=["/private/"])
    Browser().get(where)
    assert len(segment_events) == count


def test_off_is_the_default(browser: Browser, segment: Overridden, segment_events: CapturedEvents) -> None:
    segment(PAGE_VIEWS=False)
    browser.get("/books/")
    segment_events.assert_nothing()


def test_a_page_call_names_the_user_without_touching_the_session(
    browser: Browser, segment_events: CapturedEvents, django_user_model: Any
) -> None:
    """Touching it would make Django let the response vary by Cookie, and its page cache keep a copy for each visitor."""
    user = django_user_model.objects.create_user("anna")
    browser.client.force_login(user)
    browser.client.cookies["ajs_anonymous_id"] = "0f1e2d3c"
    response = browser.get("/books/")
    segment_events.assert_paged(user_id=user.pk, anonymous_id="0f1e2d3c", count=1)
    assert "Vary" not in response


def test_a_session_that_is_over_is_nobodys(
    browser: Browser, segment_events: CapturedEvents, django_user_model: Any
) -> None:
    user = django_user_model.objects.create_user("anna", password="old")
    browser.client.force_login(user)
    user.set_password("new")  # ends every session of hers
    user.save()
    browser.get("/books/")
    assert "userId" not in segment_events.assert_paged(count=1)


def test_what_is_secret_in_an_address_stays_here(browser: Browser, segment_events: CapturedEvents) -> None:
    browser.get("/reset/?token=s3cret&to=anna@example.com", referer="https://example.com/?code=s3cret")
    assert "s3cret" not in str(segment_events[0])
    assert "anna@" not in str(segment_events[0])


def test_a_query_of_raw_utf8_is_read_as_such(segment_events: CapturedEvents) -> None:
    """A client that does not escape sends bytes, which WSGI hands over as Latin-1."""
    Browser().client.get("/books/", QUERY_STRING="q=caf\xc3\xa9")
    assert segment_events[0]["context"]["page"]["search"] == "?q=caf%C3%A9"
