"""What a response carries home: the same cookie everywhere, and never where it could become another visitor's."""

from __future__ import annotations

import pytest

from segment_web.collector import CollectorServer
from tests.contracts.browser import ANONYMOUS_ID, Browser, cookies_of
from tests.contracts.conftest import Framework
from tests.contracts.said import label, said

YEAR = 365 * 24 * 60 * 60


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_cookie_is_the_one_that_analytics_js_keeps(framework: Framework, scheme: str) -> None:
    app = framework.app()
    answer = app.driver.request(Browser(app).request("GET", "/seen")._replace(scheme=scheme))
    cookie = cookies_of(answer)[ANONYMOUS_ID]
    kept = {name: cookie[name] for name in ("path", "max-age", "samesite", "httponly", "secure", "domain")}
    secure = scheme == "https" or ""
    assert kept == {
        "path": "/",
        "max-age": str(YEAR),
        "samesite": "Lax",
        "httponly": "",
        "secure": secure,
        "domain": "",
    }


def test_a_response_with_the_cookie_is_no_shared_caches(framework: Framework) -> None:
    answer = framework.browser().get("/seen")
    assert (answer.all("Cache-Control"), answer.all("Vary")) == (["private"], ["Cookie"])


def test_a_response_for_shared_caches_gets_none(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app()
    answer = Browser(app).get("/public")
    assert (cookies_of(answer), answer.all("Cache-Control")) == ({}, ["public"])
    assert [label(message) for message in said(app, segment)] == ["Seen"]


@pytest.mark.parametrize("mode", ["read", "off"])
def test_none_is_issued_unless_the_setting_says_so(framework: Framework, segment: CollectorServer, mode: str) -> None:
    app = framework.app(cookie={"mode": mode})
    assert cookies_of(Browser(app).get("/seen")) == {}
    assert said(app, segment) == []


def test_a_logout_ends_the_cookies_of_analytics_js(framework: Framework) -> None:
    app = framework.app()
    visitor = Browser(app)
    visitor.post("/sign-up?name=anna")
    visitor.cookies |= {"ajs_user_id": "7", "ajs_group_id": "acme"}
    visitor.post("/sign-out")
    assert not {"ajs_user_id", "ajs_group_id"} & visitor.cookies.keys()
