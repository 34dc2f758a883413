"""Visits: what began one is on each of its messages, in one signed cookie under the rules of the anonymous one."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings

from segment_web.collector import CollectorServer
from segment_web.web.cookies.signed import sign, unsign
from segment_web.web.request.set_consent import UPDATED
from segment_web.web.visitor.visit import loaded
from tests.contracts.app import App
from tests.contracts.browser import ANONYMOUS_ID, CHROME, Browser, cookies_of
from tests.contracts.conftest import Framework
from tests.contracts.said import label, said

NAME = "segment_visit"
SECRETS = (settings.SECRET_KEY, "for tests")  # of the applications under test
LANDING = "/seen?utm_source=news&utm_campaign=spring"
SEARCH = "https://search.example/"
BOT = "Googlebot/2.1"
AGREED, REFUSED = quote('{"ads": true}'), quote('{"ads": false}')
IDLE = 30 * 60  # seconds


def visits(app: App, segment: CollectorServer) -> list[dict[str, Any]]:
    return [message["context"].get("visit") for message in said(app, segment)]


def pause(visitor: Browser, seconds: int) -> None:
    """Time passes for the visitor's cookie, which was signed that much earlier."""
    owner = visitor.anonymous_id or ""
    secret = next(secret for secret in SECRETS if unsign(visitor.cookies[NAME], [secret], owner))
    visit = loaded(unsign(visitor.cookies[NAME], [secret], owner) or b"")
    assert visit is not None
    earlier = visit._replace(seen=visit.seen - seconds)
    visitor.cookies[NAME] = sign(earlier.dumped(), [secret], owner)


def test_how_a_visit_began_is_on_each_of_its_messages(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(visit=True)
    visitor = Browser(app)
    visitor.get(LANDING, Referer=SEARCH)
    visitor.get("/seen", Referer="http://shop.test/")
    first, second = visits(app, segment)
    began = {
        "startedAt": first["startedAt"],
        "landingPage": f"http://shop.test{LANDING}",
        "referrer": SEARCH,
        "campaign": {"source": "news", "name": "spring"},
    }
    assert first == second == {"id": first["id"], **began, "first": began}


def test_it_survives_twenty_page_views_and_a_login(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(visit=True, page_views=True)
    Browser(app).post("/sign-up?name=anna")
    visitor, written = Browser(app), 0
    for path in (LANDING, *["/page"] * 20):
        written += NAME in cookies_of(visitor.get(path))
    visitor.post("/sign-in?name=anna")
    visitor.get("/page")
    seen = visits(app, segment)[2:]
    assert len(seen) == 2 + 20 + 2 + 1  # the first page tracks besides; a login is identify and Signed In
    assert [visit["landingPage"] for visit in seen] == [f"http://shop.test{LANDING}"] * len(seen)
    assert {visit["id"] for visit in seen} == {seen[0]["id"]}
    assert written == 1


@pytest.mark.parametrize(("destination", "renewed"), [("", True), ("document", True), ("empty", False)])
def test_the_anonymous_cookie_is_renewed_with_the_visits(
    framework: Framework, segment: CollectorServer, destination: str, renewed: bool
) -> None:
    """The answer to a script may come after that of a logout, and would bring the old id back."""
    visitor = Browser(framework.app(visit=True))
    visitor.get(LANDING)
    pause(visitor, 60)
    before = visitor.anonymous_id
    written = cookies_of(visitor.get("/seen", **({"Sec_Fetch_Dest": destination} if destination else {})))
    assert (ANONYMOUS_ID in written, visitor.anonymous_id) == (renewed, before)
    assert NAME in written


def test_another_one_begins_after_thirty_idle_minutes(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(visit=True)
    visitor = Browser(app)
    visitor.get(LANDING)
    pause(visitor, IDLE - 60)
    visitor.get("/seen/soon")
    pause(visitor, IDLE)
    visitor.get("/seen/late")
    first, soon, late = visits(app, segment)
    assert soon["id"] == first["id"] != late["id"]
    assert late["landingPage"] == "http://shop.test/seen/late"
    assert late["first"] == first["first"]


def test_a_logout_ends_it_and_what_was_first(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(visit=True)
    visitor = Browser(app)
    visitor.get(LANDING)
    visitor.post("/sign-up?name=anna")
    visitor.post("/sign-out")
    assert NAME not in visitor.cookies
    visitor.get("/seen/anew")
    old, new = visits(app, segment)[0], visits(app, segment)[-1]
    assert new["id"] != old["id"]
    assert new["first"]["landingPage"] == "http://shop.test/seen/anew"


def test_a_login_over_a_login_ends_it_too(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(visit=True)
    Browser(app).post("/sign-up?name=berta")
    visitor = Browser(app)
    visitor.post("/sign-up?name=anna")
    visitor.post("/sign-in?name=berta")
    anna, berta = visits(app, segment)[-3], visits(app, segment)[-1]
    assert anna["id"] != berta["id"]
    assert berta["first"]["landingPage"] == "http://shop.test/sign-in?name=berta"


@pytest.mark.parametrize("forged", ["", "junk", "v1.W10.AAAA", "%00", "x" * 5_000, '"v1.a.b"'])
def test_a_forged_one_counts_as_none(framework: Framework, segment: CollectorServer, forged: str) -> None:
    app = framework.app(visit=True)
    visitor = Browser(app)
    visitor.cookies |= {ANONYMOUS_ID: "0f1e2d3c", NAME: forged}
    visitor.get("/seen/mine")
    assert [visit["landingPage"] for visit in visits(app, segment)] == ["http://shop.test/seen/mine"]
    assert NAME in visitor.cookies


@pytest.mark.parametrize(
    ("path", "agent", "own"),
    [
        ("/nothing", CHROME, {}),
        ("/look", CHROME, {}),
        ("/page", CHROME, {}),
        ("/public", CHROME, {}),
        ("/seen", BOT, {}),
        ("/seen", CHROME, {"cookie": {"mode": "read"}}),
        ("/seen", CHROME, {"cookie": {"mode": "off"}}),
        ("/seen", CHROME, {"request_filter": lambda request: False}),
        ("/seen", CHROME, {"enabled": False}),
        ("/seen", CHROME, {"visit": False}),
    ],
)
def test_the_cookie_is_set_only_where_the_anonymous_one_may_be(
    framework: Framework, path: str, agent: str, own: dict[str, Any]
) -> None:
    app = framework.app(**{"visit": True, **own})
    visitor = Browser(app, agent=agent)
    visitor.cookies[ANONYMOUS_ID] = "0f1e2d3c"
    assert NAME not in cookies_of(visitor.get(path))


def test_the_cookie_is_for_no_script(framework: Framework) -> None:
    app = framework.app(visit={"cookie": "who", "age": 60}, cookie={"domain": "shop.test"})
    answer = app.driver.request(Browser(app).request("GET", "/seen")._replace(scheme="https"))
    cookie = cookies_of(answer)["who"]
    kept = {name: cookie[name] for name in ("path", "max-age", "samesite", "httponly", "secure", "domain")}
    assert kept == {
        "path": "/",
        "max-age": "60",
        "samesite": "Lax",
        "httponly": True,
        "secure": True,
        "domain": "shop.test",
    }
    assert (answer.all("Cache-Control"), answer.all("Vary")) == (["private"], ["Cookie"])


def test_what_a_stream_says_begins_none_because_it_comes_too_late(
    framework: Framework, segment: CollectorServer
) -> None:
    app = framework.app(visit=True)
    visitor = Browser(app)
    visitor.cookies[ANONYMOUS_ID] = "0f1e2d3c"
    visitor.get("/stream")
    assert visits(app, segment) == [None] * 3
    visitor.get("/seen")
    visitor.get("/stream")
    *_, seen, first, _, last = visits(app, segment)
    assert seen == first == last


def test_a_page_for_shared_caches_begins_none_and_carries_one(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(visit=True, page_views=True)
    visitor = Browser(app)
    visitor.cookies[ANONYMOUS_ID] = "0f1e2d3c"
    visitor.get("/public-page")
    visitor.post("/newsletter?email=anna@example.com")
    visitor.get("/public-page")
    before, begun, _, after = visits(app, segment)
    assert before is None
    assert begun == after


def test_before_consent_there_is_none_and_a_refusal_ends_it(framework: Framework, segment: CollectorServer) -> None:
    """Nor is it on the message that tells of the refusal."""
    app = framework.app(visit=True, group="id", consent="cookie")
    visitor = Browser(app)
    visitor.get("/seen")
    assert visitor.cookies == {}
    visitor.post(f"/consent?to={AGREED}")
    visitor.get("/seen")
    kept = visitor.cookies[NAME]
    said(app, segment)  # a refusal drops what has not left
    visitor.post(f"/consent?to={REFUSED}")
    assert NAME not in visitor.cookies
    visitor.cookies[NAME] = kept
    visitor.get("/seen")
    assert NAME not in visitor.cookies
    messages = said(app, segment)
    assert [label(message) for message in messages if "visit" not in message["context"]] == [UPDATED, UPDATED]
