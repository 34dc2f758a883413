"""A page with the snippet is the same for everybody: a cache may keep it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from flask import Flask, render_template_string

from segment_web.flask import Segment
from segment_web.web.request.response_cookies import RESET
from tests.browser.conftest import MakeSite, config_of, made
from tests.browser.content import Content, tag
from tests.contracts.app import Answer
from tests.contracts.browser import cookies_of

PUBLIC = {"Cache-Control": "public, max-age=600"}


def test_rendering_the_snippet_touches_nothing(make_site: MakeSite) -> None:
    visitor = make_site().visitor
    with_snippet, without = visitor.get("/"), visitor.get("/plain")
    assert seen_by_caches(with_snippet) == seen_by_caches(without)


def seen_by_caches(answer: Answer) -> list[list[str]]:
    return [answer.all(name) for name in ("Set-Cookie", "Vary", "Cache-Control", "Expires")]


def test_rendering_the_snippet_reads_no_session() -> None:
    """Flask-Login looks into it on each request, so here is an application without."""
    app = Flask("pages")
    app.secret_key = "for tests"
    Segment(app, write_key="key", delivery="null")
    app.add_url_rule("/", view_func=lambda: render_template_string("{{ segment_snippet() }}"))
    answer = app.test_client().get("/")
    assert "<script>" in answer.text
    assert "Vary" not in answer.headers


def test_the_page_is_the_same_for_all(make_site: MakeSite) -> None:
    site = make_site()
    nobody = site.html()
    site.visitor.get("/sign-in?name=anna")
    known = site.html()
    site.visitor.get("/sign-out")
    assert known == nobody == site.html()


def test_identify_makes_it_a_page_of_one(make_site: MakeSite) -> None:
    answer = make_site(Content(body=[tag("identify")])).visitor.get("/")
    assert answer.all("Vary") == ["Cookie"]


def test_no_shared_cache_makes_everybody_the_user_who_came_first(make_site: MakeSite) -> None:
    visitor = make_site(Content([tag("identify"), tag("snippet")], headers=PUBLIC)).visitor
    visitor.get("/sign-in?name=anna")
    answer = visitor.get("/")
    assert b"segmentWeb.identify(" in answer.body
    assert (answer.all("Cache-Control"), answer.all("Vary")) == (["private"], ["Cookie"])


def test_what_the_server_decided_for_one_browser_is_said_in_no_other(make_site: MakeSite) -> None:
    content = Content(say=lambda segment: segment.browser.track("Trial Started"), headers=PUBLIC)
    assert make_site(content).visitor.get("/").all("Cache-Control") == ["private"]
    assert make_site(Content(headers=PUBLIC)).visitor.get("/").all("Cache-Control") == [PUBLIC["Cache-Control"]]


def test_a_logout_leaves_word_for_the_next_page(make_site: MakeSite) -> None:
    visitor = make_site(cookie={"domain": "shop.test"}).visitor
    visitor.get("/sign-in?name=anna")
    before = visitor.anonymous_id
    flag = cookies_of(visitor.get("/sign-out"))[RESET]
    assert flag.value == visitor.anonymous_id != before
    assert (flag["path"], flag["domain"], flag["httponly"]) == ("/", "shop.test", "")


def test_without_an_id_of_ours_the_browser_makes_its_own(make_site: MakeSite) -> None:
    visitor = make_site(cookie={"mode": "read"}).visitor
    visitor.cookies["ajs_anonymous_id"] = "read-1"
    visitor.get("/sign-in?name=anna")
    assert cookies_of(visitor.get("/sign-out"))[RESET].value == "new"


def test_a_logout_that_is_not_recorded_is_one_all_the_same(make_site: MakeSite) -> None:
    visitor = make_site(request_filter=lambda request: request.path != "/sign-out").visitor
    visitor.get("/sign-in?name=anna")
    assert cookies_of(visitor.get("/sign-out"))[RESET].value == "new"


def test_another_user_without_a_logout_is_somebody_else_too(make_site: MakeSite) -> None:
    visitor = make_site().visitor
    visitor.get("/sign-in?name=anna")
    assert RESET not in visitor.cookies
    visitor.get("/sign-in?name=berta")
    assert visitor.cookies[RESET] == visitor.anonymous_id


def test_with_the_cookie_off_nothing_is_left(make_site: MakeSite) -> None:
    visitor = make_site(cookie={"mode": "off"}).visitor
    visitor.get("/sign-in?name=anna")
    visitor.get("/sign-out")
    assert RESET not in visitor.cookies


def test_a_page_that_depends_on_consent_is_its_visitors_own(make_site: MakeSite) -> None:
    site = make_site(consent="cookie")
    asked = site.visitor.get("/")
    assert config_of(asked.body.decode())["hold"] is True
    site.visitor.cookies["segment_consent"] = "true"
    agreed = site.visitor.get("/")
    assert config_of(agreed.body.decode())["hold"] is False
    for answer in (asked, agreed):
        assert (answer.all("Cache-Control"), answer.all("Vary")) == (["private"], ["Cookie"])


def test_a_page_that_holds_for_all_is_the_same_for_all(make_site: MakeSite) -> None:
    site = make_site(Content(head=[tag("snippet", hold=True)]), consent="cookie")
    asked = site.visitor.get("/")
    site.visitor.cookies["segment_consent"] = "true"
    assert site.visitor.get("/") == asked
    assert asked.all("Cache-Control") == []


def test_what_the_server_says_to_one_browser_is_for_no_other(make_site: MakeSite) -> None:
    site = make_site(Content(say=lambda segment: segment.browser.track("Seen"), headers={"Cache-Control": "public"}))
    assert site.visitor.get("/").all("Cache-Control") == ["private"]


def test_a_page_that_names_its_user_is_for_no_other(make_site: MakeSite) -> None:
    visitor = make_site(Content(body=[tag("identify")], headers={"Cache-Control": "public"})).visitor
    visitor.get("/sign-in?name=anna")
    assert visitor.get("/").all("Cache-Control") == ["private"]


@pytest.mark.parametrize("own", [{"consent": "cookie"}, {}], ids=["of a consent", "of a user"])
def test_a_cached_view_keeps_no_page_of_one(
    request: pytest.FixtureRequest, transactional_db: None, own: dict[str, Any]
) -> None:
    """Django's ``cache_page`` keeps what the view returns before any middleware can say that it must not."""
    site = made(request, "Django", Content(body=[tag("identify")]), **own)
    site.visitor.cookies["segment_consent"] = "true"
    site.visitor.get("/sign-in?name=anna")
    cache.clear()
    site.visitor.get("/cached")
    site.visitor.cookies.clear()
    html = site.html("/cached")
    assert "segmentWeb.identify(" not in html.rpartition("</head>")[2]
    assert config_of(html)["hold"] is bool(own)


def test_nothing_is_loaded_in_a_browser_that_says_no(make_site: MakeSite) -> None:
    answer = make_site(respect_gpc=True).visitor.get("/", Sec_GPC="1")
    assert b"<script" not in answer.body
    assert answer.all("Cache-Control") == ["private"], "the next browser may say yes"
