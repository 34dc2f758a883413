"""A request that tracks nothing is as if segment_web were not there."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.django.browser import Browser
from tests.django.conftest import Overridden

pytestmark = pytest.mark.django_db

MIDDLEWARE = "segment_web.django.middleware.SegmentMiddleware"
PATHS = ["/nothing/", "/page/"]
EVERYTHING: dict[str, Any] = {"VISIT": True, "GROUP": "pk", "CONSENT": "cookie", "RESPECT_GPC": True}


@pytest.fixture(params=[{}, EVERYTHING], ids=["default", "everything on"])
def own(request: pytest.FixtureRequest, segment: Overridden) -> None:
    segment(**request.param)


@pytest.fixture(params=["stranger", "user"])
def visitor(browser: Browser, own: None, request: pytest.FixtureRequest) -> Browser:
    if request.param == "user":
        user = User.objects.create_user("anna")
        browser.client.force_login(user)
        browser.client.cookies["ajs_anonymous_id"] = "0f1e2d3c"
    return browser


@pytest.mark.parametrize("path", PATHS)
def test_its_session_is_not_touched(visitor: Browser, path: str) -> None:
    response = visitor.get(path)
    request = getattr(response, "wsgi_request", None) or response.asgi_request
    assert (request.session.accessed, request.session.modified) == (False, False)
    assert not {"_cached_user", "_acached_user"} & set(request.__dict__)


@pytest.mark.parametrize("path", PATHS)
def test_it_makes_no_query(visitor: Browser, path: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        visitor.get(path)


@pytest.mark.parametrize("page_views", [False, True])
def test_its_headers_are_those_without_the_middleware(
    visitor: Browser, interface: str, settings: Any, segment: Overridden, page_views: bool
) -> None:
    """With page views on a response that is no page stays as it is."""
    segment(PAGE_VIEWS=page_views)
    with_us = visitor.get("/nothing/")
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != MIDDLEWARE]
    without = Browser(interface)
    without.client.cookies = visitor.client.cookies
    plain = without.get("/nothing/")
    assert with_us.serialize_headers() == plain.serialize_headers()
    assert (with_us.status_code, with_us.content, with_us.cookies) == (plain.status_code, plain.content, plain.cookies)


def test_reading_what_is_known_makes_no_id(browser: Browser) -> None:
    """``request.segment`` may be looked at by templates and views; only an event makes an anonymous id."""
    response = browser.get("/known/")
    assert response.json() == {"anonymous_id": None, "user_id": None, "skip_reason": None}
    assert not response.cookies
