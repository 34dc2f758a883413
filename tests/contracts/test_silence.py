"""Of bots, and of requests that the application filters out, nothing leaves and nothing stays."""

from __future__ import annotations

from typing import Any

import pytest

from segment_web.collector import CollectorServer
from tests.contracts.browser import Browser, cookies_of
from tests.contracts.conftest import Framework
from tests.contracts.said import label, said

GOOGLE = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
PATHS = [
    "/seen",
    "/newsletter?email=anna@example.com",
    "/page",
    "/stream",
    "/decorated",
    "/sign-up?name=anna",
    "/sign-out",
]
PREFETCHED = ["/seen", "/page", "/stream", "/decorated"]
SIGNS = [
    ("Sec_Purpose", "prefetch"),
    ("Sec_Purpose", "prefetch;prerender"),
    ("Purpose", "prefetch"),
    ("X_Purpose", "preview"),
    ("X_Moz", "prefetch"),
    ("X_Sec_Purpose", "prefetch"),
    ("HX_Preloaded", "true"),
]
POSTS = {"/newsletter?email=anna@example.com", "/sign-up?name=anna", "/sign-out"}


def ask(visitor: Browser, path: str, **headers: str) -> Any:
    answer = visitor.post(path) if path in POSTS else visitor.get(path, **headers)
    assert answer.status == 200
    return answer


@pytest.mark.parametrize("agent", [GOOGLE, "curl/8.5.0", ""], ids=["crawler", "script", "empty"])
def test_a_bot_leaves_nothing_and_gets_no_cookie(framework: Framework, segment: CollectorServer, agent: str) -> None:
    app = framework.app(page_views=True)
    for path in PATHS:
        if path.startswith("/sign-up"):
            continue  # names its user
        bot = Browser(app, agent=agent)
        ask(bot, path)
        assert bot.anonymous_id is None
    assert said(app, segment) == []


def test_a_prefetch_leaves_nothing_and_gets_no_cookie(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(page_views=True)
    visitor = Browser(app)
    for path in PREFETCHED:
        for header, value in SIGNS:
            ask(visitor, path, **{header: value})
    assert visitor.anonymous_id is None
    assert said(app, segment) == []
    assert app.analytics.stats().dropped.keys() == {"prefetch"}


def test_prefetches_are_recorded_if_the_setting_keeps_them(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(page_views=True, prefetches="keep")
    Browser(app).get("/seen", Sec_Purpose="prefetch")
    assert [message["type"] for message in said(app, segment)] == ["track", "page"]


def test_a_filtered_request_leaves_nothing_and_gets_no_cookie(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(page_views=True, request_filter=lambda request: "Mozilla" not in request.headers["User-Agent"])
    for path in PATHS:
        visitor = Browser(app)
        ask(visitor, path)
        assert visitor.anonymous_id is None
    assert said(app, segment) == []


def test_the_filter_is_asked_of_each_request(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(request_filter=lambda request: "X-Staff" not in request.headers)
    visitor = Browser(app)
    visitor.get("/seen?1")
    visitor.get("/seen?2", X_Staff="1")
    visitor.get("/seen?3")
    assert [message["context"]["page"]["search"] for message in said(app, segment)] == ["?1", "?3"]


def test_why_nothing_is_recorded_can_be_asked(framework: Framework) -> None:
    assert Browser(framework.app(), agent=GOOGLE).get("/look").body == b"None None bot"
    filtered = framework.browser(request_filter=lambda request: False)
    assert filtered.get("/look").body == b"None None request_filtered"


def test_a_flagged_bot_is_recorded_as_one(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(bots="flag")
    Browser(app, agent=GOOGLE).get("/seen")
    Browser(app).get("/seen")
    assert [message["context"].get("bot") for message in said(app, segment)] == [True, None]


def test_a_switched_off_application_says_nothing_and_sets_nothing(
    framework: Framework, segment: CollectorServer
) -> None:
    app = framework.app(enabled=False, page_views=True)
    visitor = Browser(app)
    answers = [ask(visitor, path) for path in PATHS]
    assert said(app, segment) == []
    assert not any(name.startswith(("ajs_", "segment_")) for answer in answers for name in cookies_of(answer))


def test_page_views_are_of_pages(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(page_views=True)
    visitor = Browser(app)
    for path in ("/page", "/error", "/nowhere", "/page?2"):
        visitor.get(path)
    pages = [message["properties"] for message in said(app, segment) if label(message) == "page"]
    assert [page["url"] for page in pages] == ["http://shop.test/page", "http://shop.test/page?2"]
