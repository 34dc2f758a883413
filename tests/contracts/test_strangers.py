"""An anonymous id that may be another person's is not linked to whoever logs in: the browser gets a new one."""

from __future__ import annotations

from typing import Any

import pytest

from segment_web.collector import CollectorServer
from tests.contracts.app import App
from tests.contracts.browser import ANONYMOUS_ID, Browser
from tests.contracts.conftest import Framework
from tests.contracts.said import said

PLANTED = "0f1e2d3c-planted"


def owners(app: App, segment: CollectorServer) -> dict[str, set[str]]:
    """By anonymous id, the users who were on a message with it."""
    found: dict[str, set[str]] = {}
    for message in said(app, segment):
        if "userId" in message:
            found.setdefault(message["anonymousId"], set()).add(message["userId"])
    return found


def member(app: App, name: str) -> Browser:
    """One who has an account, on a browser of their own."""
    browser = Browser(app)
    browser.post(f"/sign-up?name={name}")
    return browser


def test_who_logs_in_over_anothers_session_is_another_visitor(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app()
    member(app, "berta")
    shared = member(app, "anna")
    annas = shared.anonymous_id
    shared.post("/sign-in?name=berta")
    shared.get("/seen")
    assert shared.anonymous_id != annas
    assert [len(users) for users in owners(app, segment).values()] == [1, 1, 1]


def test_who_logs_in_again_is_not(framework: Framework) -> None:
    visitor = member(framework.app(), "anna")
    before = visitor.anonymous_id
    visitor.post("/sign-in?name=anna")
    assert visitor.anonymous_id == before


@pytest.mark.parametrize(("remembered", "kept"), [("another", False), ("the same", True)])
@pytest.mark.parametrize("path", ["/sign-in?name=anna", "/sign-up?name=berta"])
def test_whom_analytics_js_remembers_decides_where_no_session_does(
    framework: Framework, segment: CollectorServer, path: str, remembered: str, kept: bool
) -> None:
    """The rule of analytics.js itself; a session may have expired long ago."""
    app = framework.app()
    member(app, "anna")
    anna = said(app, segment)[0]["userId"]
    visitor = Browser(app)
    same = anna if "anna" in path else str(int(anna) + 1)
    visitor.cookies |= {ANONYMOUS_ID: PLANTED, "ajs_user_id": same if remembered == "the same" else "4711"}
    visitor.post(path)
    assert (visitor.anonymous_id == PLANTED) is kept
    assert (PLANTED in owners(app, segment)) is kept
    assert ("ajs_user_id" in visitor.cookies) is kept


def test_of_two_ids_that_a_browser_sends_none_is_linked(framework: Framework, segment: CollectorServer) -> None:
    """One of them was set by another host of the same domain; which one came first says nothing."""
    app = framework.app()
    member(app, "anna")
    visitor = Browser(app)
    both = f"{ANONYMOUS_ID}={PLANTED}; {ANONYMOUS_ID}=0f1e2d3c-own"
    answer = app.driver.request(visitor.request("POST", "/sign-in?name=anna")._replace(cookies=both))
    visitor.keep(answer)
    assert visitor.anonymous_id not in (None, PLANTED, "0f1e2d3c-own")
    assert owners(app, segment).keys().isdisjoint({PLANTED, "0f1e2d3c-own"})


def test_the_same_id_twice_is_one(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app()
    member(app, "anna")
    both = f"{ANONYMOUS_ID}=0f1e2d3c; {ANONYMOUS_ID}=%220f1e2d3c%22"
    app.driver.request(Browser(app).request("POST", "/sign-in?name=anna")._replace(cookies=both))
    assert "0f1e2d3c" in owners(app, segment)


@pytest.mark.parametrize(("at_login", "linked"), [("keep", True), ("renew", False)])
@pytest.mark.parametrize("path", ["/sign-in?name=anna", "/sign-up?name=berta"])
def test_no_id_is_linked_at_all_where_the_setting_says_so(
    framework: Framework, segment: CollectorServer, path: str, at_login: str, linked: bool
) -> None:
    app = framework.app(cookie={"at_login": at_login})
    member(app, "anna")
    visitor = Browser(app)
    visitor.cookies[ANONYMOUS_ID] = PLANTED
    visitor.get("/seen")
    visitor.post(path)
    visitor.get("/seen")
    assert (PLANTED in owners(app, segment)) is linked
    assert len(owners(app, segment)) == 2


@pytest.mark.parametrize("how", ["no answer", "gpc", "filtered"])
def test_a_logout_of_which_nothing_is_recorded_ends_the_id_too(
    framework: Framework, segment: CollectorServer, how: str
) -> None:
    """Consent comes and goes; whoever logs in next is still another person."""
    asked = {"consent": "cookie", "respect_gpc": True}
    app = framework.app(
        **({"request_filter": lambda request: request.path != "/sign-out"} if how == "filtered" else asked)
    )
    anna, shared = Browser(app), Browser(app)
    anna.cookies["segment_consent"] = shared.cookies["segment_consent"] = "true"
    anna.post("/sign-up?name=anna")
    shared.post("/sign-up?name=berta")
    shared.cookies["segment_consent"] = "null" if how == "no answer" else "true"
    shared.keep(app.driver.request(shared.request("POST", "/sign-out", Sec_GPC="1" if how == "gpc" else "0")))
    shared.cookies["segment_consent"] = "true"
    shared.post("/sign-in?name=anna")
    assert [len(users) for users in owners(app, segment).values()] == [1, 1, 1]


def test_an_id_that_cannot_be_renewed_is_not_linked(framework: Framework, segment: CollectorServer) -> None:
    """With the mode ``read`` the cookie is for analytics.js to change."""
    app = framework.app(cookie={"mode": "read"})
    member(app, "berta")
    shared = Browser(app)
    shared.cookies[ANONYMOUS_ID] = PLANTED
    shared.post("/sign-up?name=anna")
    shared.post("/sign-in?name=berta")
    annas, bertas = said(app, segment)[-3:-1]
    assert (annas["anonymousId"], bertas.get("anonymousId")) == (PLANTED, None)
    assert annas["userId"] != bertas["userId"]


@pytest.mark.parametrize("where", ["query", "header"])
def test_an_id_is_taken_from_its_cookie_alone(framework: Framework, segment: CollectorServer, where: str) -> None:
    """A link cannot plant one, as the parameter ``ajs_aid`` of analytics.js could."""
    app = framework.app()
    places: dict[str, dict[str, Any]] = {
        "query": {"path": f"/seen?ajs_aid={PLANTED}&ajs_uid=4711&{ANONYMOUS_ID}={PLANTED}"},
        "header": {"path": "/seen", "X_Anonymous_Id": PLANTED},
    }
    Browser(app).get(**places[where])
    (message,) = said(app, segment)
    assert message["anonymousId"] != PLANTED
    assert "userId" not in message
