"""Cookies of one name in several scopes, by a browser that keeps them apart: none of another host is used or stays."""

from __future__ import annotations

from typing import Any

import pytest

from segment_web.collector import CollectorServer
from tests.contracts.browser import ANONYMOUS_ID
from tests.contracts.conftest import Framework
from tests.contracts.jar import DOMAIN, JarBrowser, Scope
from tests.contracts.said import said

OWN, PLANTED = "0f1e2d3c-own", "0f1e2d3c-planted"
OF_DOMAIN: dict[str, Any] = {"cookie": {"domain": DOMAIN}}
NO, YES = "false", "true"


@pytest.mark.parametrize("path", ["/seen/deep/page", "/seen", "/seen/"])
@pytest.mark.parametrize("planted", ["/", "/seen", "/seen/"])
def test_an_id_planted_beside_the_own_is_not_used_and_goes(
    framework: Framework, segment: CollectorServer, path: str, planted: str
) -> None:
    app = framework.app()
    visitor = JarBrowser(app)
    visitor.jar = {Scope(ANONYMOUS_ID, DOMAIN, planted): PLANTED, Scope(ANONYMOUS_ID): OWN}
    visitor.ask(path)
    visitor.ask(path)
    is_sent = planted in (path, "/") or path.startswith(planted.rstrip("/") + "/")
    first, second = (message["anonymousId"] for message in said(app, segment))
    assert (first in (OWN, PLANTED), second) == (not is_sent, OWN)
    assert visitor.ids(ANONYMOUS_ID).get((DOMAIN, planted)) == (None if is_sent else PLANTED)


def test_where_the_own_cookie_is_the_domains_both_ids_go(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(**OF_DOMAIN)
    visitor = JarBrowser(app)
    visitor.jar = {Scope(ANONYMOUS_ID): OWN, Scope(ANONYMOUS_ID, DOMAIN): PLANTED}
    visitor.ask("/seen")
    visitor.ask("/seen")
    (fresh,) = {message["anonymousId"] for message in said(app, segment)}
    assert fresh not in (OWN, PLANTED)
    assert visitor.ids(ANONYMOUS_ID) == {(DOMAIN, "/"): fresh}


def test_after_a_logout_no_id_is_left_of_the_host_alone(framework: Framework, segment: CollectorServer) -> None:
    """The setting ``cookie["domain"]`` came to a live site."""
    app = framework.app(**OF_DOMAIN)
    visitor = JarBrowser(app)
    visitor.jar = {Scope(ANONYMOUS_ID): OWN}
    visitor.ask("/sign-up?name=anna", "POST")
    visitor.ask("/sign-out", "POST")
    visitor.ask("/seen")
    assert [*visitor.ids(ANONYMOUS_ID)] == [(DOMAIN, "/")]
    assert said(app, segment)[-1]["anonymousId"] == visitor.jar[Scope(ANONYMOUS_ID, DOMAIN)] != OWN


def test_an_empty_cookie_of_another_host_keeps_no_user_in_the_browser(framework: Framework) -> None:
    """It comes first, because its path is longer."""
    visitor = JarBrowser(framework.app())
    visitor.ask("/sign-up?name=anna", "POST")
    visitor.jar |= {Scope("ajs_user_id"): "7", Scope("ajs_user_id", DOMAIN, "/sign-out"): ""}
    visitor.ask("/sign-out", "POST")
    assert visitor.ids("ajs_user_id") == {}


@pytest.mark.parametrize("answers", [(YES, NO), (NO, YES), (YES, "%7B%22ads%22%3Atrue%7D"), (YES, "junk")])
def test_consent_cookies_that_differ_are_a_refusal(
    framework: Framework, segment: CollectorServer, answers: tuple[str, str]
) -> None:
    app = framework.app(consent="cookie")
    visitor = JarBrowser(app)
    visitor.jar = {Scope("segment_consent", DOMAIN): answers[0], Scope("segment_consent"): answers[1]}
    visitor.ask("/seen")
    assert said(app, segment) == []


def test_a_refusal_ends_the_answer_of_a_banner_for_the_host_alone(
    framework: Framework, segment: CollectorServer
) -> None:
    app = framework.app(**OF_DOMAIN, consent="cookie")
    visitor = JarBrowser(app)
    visitor.jar = {Scope("segment_consent"): YES, Scope(ANONYMOUS_ID): OWN, Scope("ajs_user_id"): "7"}
    visitor.ask("/consent?to=false", "POST")
    visitor.ask("/seen")
    assert visitor.jar == {Scope("segment_consent", DOMAIN): NO}
    assert [message["event"] for message in said(app, segment)] == []


def test_a_visit_goes_on_though_a_cookie_of_the_host_alone_is_left_over(
    framework: Framework, segment: CollectorServer
) -> None:
    app = framework.app(visit=True, **OF_DOMAIN)
    visitor = JarBrowser(app)
    visitor.ask("/seen")
    visitor.jar = {Scope("segment_visit"): "v1.older.cookie", **visitor.jar}
    visitor.ask("/seen")
    first, second = (message["context"]["visit"] for message in said(app, segment))
    assert first == second
