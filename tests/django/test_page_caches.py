"""Page caches among the middleware: a hit costs no query, and an event keeps what a cache removes from the request."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.deprecation import MiddlewareMixin
from django.views.decorators.cache import cache_page

from segment_web.testing.captured import CapturedEvents
from tests.django.browser import Browser
from tests.django.conftest import Overridden

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]

UPDATE, FETCH = (f"django.middleware.cache.{name}CacheMiddleware" for name in ("Update", "FetchFrom"))
NAME, KNOWN = "ajs_anonymous_id", "0f1e2d3c"


def page(request: HttpRequest) -> HttpResponse:
    """Counts how often it really runs."""
    cache.set("runs", cache.get("runs", 0) + 1)
    return HttpResponse("<h1>Books")


async def page_async(request: HttpRequest) -> HttpResponse:
    return page(request)


urlpatterns = [path("", page), path("kept/", cache_page(60)(page)), path("async/", page_async)]
urlpatterns += [path("async/kept/", cache_page(60)(page))]


class Chops(MiddlewareMixin):
    """Removes cookies and query before the cache makes its key of them, as wagtail-cache does."""

    def process_request(self, request: HttpRequest) -> None:
        request.COOKIES = {}
        request.META |= {"HTTP_COOKIE": "", "QUERY_STRING": ""}


@pytest.fixture(autouse=True)
def cached(settings: Any, segment: Overridden) -> None:
    cache.clear()
    segment(PAGE_VIEWS=True)
    settings.MIDDLEWARE = [UPDATE, *settings.MIDDLEWARE, f"{__name__}.Chops", FETCH]


def runs() -> int:
    return int(cache.get("runs", 0))


def test_a_cache_that_changes_the_request_takes_nothing_from_an_event(
    browser: Browser, segment_events: CapturedEvents
) -> None:
    browser.client.cookies[NAME] = KNOWN
    assert [NAME in browser.get(f"/?utm_source={source}").cookies for source in ("mail", "news")] == [False, False]
    said = [(message["anonymousId"], message["context"]["campaign"]["source"]) for message in segment_events]
    assert (said, runs()) == ([(KNOWN, "mail"), (KNOWN, "news")], 1)


def test_the_first_response_is_stored_unless_it_has_to_set_the_cookie(
    browser: Browser, interface: str, segment: Overridden, segment_events: CapturedEvents
) -> None:
    browser.get("/")
    assert (browser.anonymous_id != "", runs()) == (True, 1)
    cache.clear()
    segment(PAGE_VIEWS=True, COOKIE={"mode": "read"})
    for _ in range(2):
        Browser(interface).get("/")
    assert runs() == 1


@pytest.mark.parametrize("where", ["/", "/kept/"], ids=["by middleware", "by cache_page"])
def test_a_hit_costs_no_query_for_a_user_either(
    browser: Browser,
    segment_events: CapturedEvents,
    django_user_model: Any,
    django_assert_num_queries: Any,
    where: str,
) -> None:
    """The first page call names the user, that of a hit has the anonymous id alone."""
    user = django_user_model.objects.create_user("anna")
    browser.client.force_login(user)
    browser.client.cookies[NAME] = KNOWN
    browser.get(where)
    with django_assert_num_queries(0):
        browser.get(where)
    said = [(message["anonymousId"], message.get("userId")) for message in segment_events]
    assert (said, runs()) == ([(KNOWN, str(user.pk)), (KNOWN, None)], 1)
