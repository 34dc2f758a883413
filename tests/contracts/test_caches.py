"""Page caches: a page for all stays one page for all, and what is one visitor's is nobody else's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contracts.app import Answer
from tests.contracts.browser import ANONYMOUS_ID, Browser
from tests.contracts.conftest import Framework
from tests.contracts.shared_cache import SharedCache

EVERYTHING: dict[str, Any] = {"page_views": True, "visit": True, "group": "id", "client_hints": True}


def visits(cache: SharedCache, path: str) -> list[Answer]:
    """The answers to a member, to a known stranger and to a new one."""
    member, known, new = Browser(cache.app), Browser(cache.app), Browser(cache.app)
    member.post("/sign-up?name=anna")
    member.get("/seen")
    known.cookies[ANONYMOUS_ID] = "0f1e2d3c"
    return [cache.get(visitor.request("GET", path)) for visitor in (member, known, new)]


def plain(framework: Framework, path: str) -> Answer:
    """The answer of an application without segment_web."""
    app = framework.app(on=False)
    return app.driver.request(Browser(app).request("GET", path))


@pytest.mark.parametrize("own", [{}, EVERYTHING], ids=["default", "everything on"])
def test_a_public_page_is_the_same_for_all(framework: Framework, own: dict[str, Any]) -> None:
    """Also with a page call for each who comes through to the application."""
    without = plain(framework, "/public-page")
    cache = SharedCache(framework.app(**own))
    assert visits(cache, "/public-page") == [without] * 3
    if not without.all("Vary"):  # Flask-Login looks into the session of each request
        assert cache.hits == 2


def test_a_public_answer_that_tracks_carries_no_cookie_of_ours(framework: Framework) -> None:
    cache = SharedCache(framework.app(**EVERYTHING))
    for answer in visits(cache, "/public"):
        ours = [header for header in answer.all("Set-Cookie") if "ajs_" in header or "segment_" in header]
        assert (ours, answer.all("Cache-Control")) == ([], ["public"])


def test_what_carries_a_cookie_is_kept_by_no_shared_cache(framework: Framework) -> None:
    cache = SharedCache(framework.app(**EVERYTHING))
    answers = visits(cache, "/seen")
    assert cache.hits == 0
    assert [answer.all("Cache-Control") for answer in answers if answer.all("Set-Cookie")] == [["private"]] * 2


def test_a_page_without_an_event_sets_nothing_whatever_is_on(framework: Framework) -> None:
    without = plain(framework, "/nothing")
    app = framework.app(**{**EVERYTHING, "page_views": False, "client_hints": False, "consent": "cookie"})
    known = f"{ANONYMOUS_ID}=0f1e2d3c; segment_visit=v1.W10.AAAA; ajs_group_id=acme; ajs_user_id=7"
    for cookies in ("", known, f"{known}; segment_consent=false", f"{known}; segment_web_reset=new"):
        assert app.driver.request(Browser(app).request("GET", "/nothing")._replace(cookies=cookies)) == without


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_hints_are_asked_for_by_secure_pages_and_change_no_cache(framework: Framework, scheme: str) -> None:
    without = plain(framework, "/page")
    app = framework.app(client_hints=True)
    answer = app.driver.request(Browser(app).request("GET", "/page")._replace(scheme=scheme))
    asked = [name.strip() for header in answer.all("Accept-CH") for name in header.split(",")]
    assert ("Sec-CH-UA-Model" in asked) is (scheme == "https")
    rest = tuple(header for header in answer.headers if header[0] != "Accept-CH")
    assert answer._replace(headers=rest) == without
