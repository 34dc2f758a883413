"""Consent, in every framework: before it nothing of the visitor is anywhere, with it every message says so, after it
nothing is left."""

from __future__ import annotations

import json
import logging
from typing import Any
from urllib.parse import quote

import pytest

from segment_web.collector import CollectorServer
from segment_web.logs import log
from segment_web.web.consent.cookie import CookieConsent
from segment_web.web.request.set_consent import UPDATED
from tests.contracts.app import Answer, App
from tests.contracts.browser import ANONYMOUS_ID, Browser, cookies_of
from tests.contracts.conftest import Framework
from tests.contracts.said import label, said
from tests.contracts.test_silence import GOOGLE

COOKIE = "segment_consent"
SOME = {"analytics": True, "ads": False}
NONE = {"analytics": False, "ads": False}
CANARY = "canary-5b1f"  # in everything that a visitor brings along
PATHS = ["/seen?q=canary-5b1f", "/page", "/stream", "/decorated", "/public"]
POSTS = ["/newsletter?email=canary-5b1f@example.com", "/sign-up?name=canary-5b1f", "/sign-out"]


@pytest.fixture(autouse=True)
def first_lines() -> None:
    """Each test sees the log's first line of a kind, as a new process would."""
    log.forget()


def cookie(answer: object) -> str:
    """As a banner of one's own writes it: ``encodeURIComponent(JSON.stringify(answer))``."""
    return quote(json.dumps(answer))


def visitor(app: App, answer: object = None, **cookies: str) -> Browser:
    """One who has given this answer before, if any."""
    browser = Browser(app)
    browser.cookies |= cookies | ({} if answer is None else {COOKIE: cookie(answer)})
    return browser


def agree(browser: Browser, answer: object) -> Answer:
    return browser.post(f"/consent?to={cookie(answer)}")


def labels(app: App, segment: CollectorServer) -> list[str]:
    return [label(message) for message in said(app, segment)]


def ours_of(browser: Browser) -> set[str]:
    """The names of its cookies that are no session's."""
    return {name for name in browser.cookies if name.startswith(("ajs_", "segment_"))}


def dropped(app: App) -> dict[str, int]:
    assert app.analytics is not None
    return dict(app.analytics.stats().dropped)


@pytest.mark.parametrize("answer", [None, False, NONE, {}], ids=["none yet", "no", "no category", "no categories"])
def test_before_consent_there_is_nothing_of_the_visitor_anywhere(
    framework: Framework, segment: CollectorServer, caplog: pytest.LogCaptureFixture, answer: object
) -> None:
    caplog.set_level(logging.DEBUG, "segment_web")
    app = framework.app(consent="cookie", page_views=True, user_traits=["username"], visit=True, group="id")
    browser = visitor(app, answer)
    for path in PATHS:
        browser.get(
            path, User_Agent=f"Mozilla/5.0 (X11; Linux) {CANARY} Chrome/126.0", Referer=f"http://{CANARY}.test/"
        )
        assert ours_of(browser) <= {COOKIE}
    for path in POSTS:
        browser.post(path)
        assert ours_of(browser) <= {COOKIE}
    assert said(app, segment) == []
    assert app.analytics is not None
    assert (app.analytics.stats().accepted, set(dropped(app))) == (0, {"no_consent"})
    ours = [record.getMessage() for record in caplog.records if record.name == "segment_web"]
    assert ours
    assert CANARY not in "".join(ours)


def test_before_consent_a_cookie_that_comes_is_not_used(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(consent="cookie")
    assert visitor(app, **{ANONYMOUS_ID: CANARY}).get("/look").body == b"None None no_consent"
    assert visitor(app, True, **{ANONYMOUS_ID: CANARY}).get("/look").body == f"{CANARY} None None".encode()


def test_every_message_carries_the_categories(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(consent="cookie", page_views=True)
    browser = visitor(app, SOME)
    for path in ("/seen", "/page", "/stream", "/decorated"):
        browser.get(path)
    for path in ("/newsletter?email=a@example.com", "/sign-up?name=anna", "/sign-out"):
        browser.post(path)
    messages = said(app, segment)
    assert {"identify", "page", "Seen", "Row Streamed", "Signed Up", "Signed Out"} <= {*map(label, messages)}
    assert [message["context"]["consent"] for message in messages] == [{"categoryPreferences": SOME}] * len(messages)
    assert browser.anonymous_id


def test_a_plain_yes_stamps_nothing(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(consent=lambda request: True)
    Browser(app).get("/seen")
    assert ["consent" in message["context"] for message in said(app, segment)] == [False]


def test_consent_given_in_a_request_holds_from_there_on(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(consent="cookie")
    browser = Browser(app)
    answer = agree(browser, SOME)
    assert answer.body == b"None"
    browser.get("/seen")
    messages = said(app, segment)
    assert [label(message) for message in messages] == [UPDATED, "Answered", "Seen"]
    assert {message["anonymousId"] for message in messages} == {browser.anonymous_id}
    assert [message["context"]["consent"]["categoryPreferences"] for message in messages] == [SOME] * 3


def test_the_update_carries_nothing_else_of_the_person(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(consent="cookie", context=lambda scope: {"extra": CANARY}, user_traits=["username"])
    browser = visitor(app, {"ads": True})
    browser.post("/sign-up?name=anna")
    agree(browser, SOME)
    messages = said(app, segment)
    update = next(message for message in messages if label(message) == UPDATED)
    assert set(update["context"]) == {"consent", "library", "channel"}
    assert (update["userId"], update["anonymousId"]) == (messages[0]["userId"], browser.anonymous_id)
    assert update.get("properties", {}) == {}


def test_the_answer_is_kept_where_a_banner_reads_it(framework: Framework) -> None:
    app = framework.app(consent=CookieConsent(name="choice", age=7_776_000), cookie={"httponly": True})
    kept = cookies_of(agree(Browser(app), SOME))["choice"]
    assert (kept.value, kept["max-age"]) == ("%7B%22analytics%22%3Atrue%2C%22ads%22%3Afalse%7D", "7776000")
    assert (kept["httponly"], kept["samesite"], kept["path"]) == ("", "Lax", "/")


def test_an_answer_that_changes_nothing_is_no_news(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(consent="cookie")
    browser = visitor(app, SOME)
    agree(browser, SOME)
    assert labels(app, segment) == ["Asked", "Answered"]


@pytest.mark.parametrize("answer", [NONE, False])
def test_withdrawal_ends_everything_at_once(framework: Framework, segment: CollectorServer, answer: object) -> None:
    """What is queued is dropped, the cookies go, and Segment hears of it."""
    app = framework.app(consent="cookie", flush_interval=60)
    browser, other = visitor(app, SOME), visitor(app, SOME)
    for who in (browser, other, browser):
        who.get("/seen")
    was, browser.cookies["ajs_user_id"] = browser.anonymous_id, "7"
    assert agree(browser, answer).body == b"no_consent"
    assert [*browser.cookies] == [COOKIE]
    browser.get("/seen")
    messages = said(app, segment)
    assert [(label(message), message["anonymousId"]) for message in messages] == [
        ("Seen", other.anonymous_id),
        (UPDATED, was),
    ]
    assert messages[-1]["context"]["consent"] == {"categoryPreferences": NONE}
    assert app.analytics is not None
    stats = app.analytics.stats()
    assert stats.accepted == stats.delivered + stats.lost
    assert stats.dropped == {"no_consent": stats.lost + stats.skipped}


def test_withdrawal_drops_what_waits_of_the_user(framework: Framework, segment: CollectorServer) -> None:
    """A task outside of requests knows the user alone."""
    app = framework.app(consent="cookie", flush_interval=60)
    browser = visitor(app, SOME)
    browser.post("/sign-up?name=anna")
    user_id = said(app, segment)[-1]["userId"]
    assert app.analytics is not None
    app.analytics.track("Report Sent", user_id=user_id)
    app.analytics.track("Report Sent", user_id="another")
    agree(browser, NONE)
    assert [(label(message), message["userId"]) for message in said(app, segment)[2:]] == [
        ("Report Sent", "another"),
        (UPDATED, user_id),
    ]


def test_a_first_refusal_tells_nobody(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(consent="cookie")
    browser = visitor(app, **{ANONYMOUS_ID: CANARY})
    agree(browser, NONE)
    assert browser.cookies == {COOKIE: cookie(NONE).replace("%20", "")}
    assert said(app, segment) == []


def test_a_bot_agrees_to_nothing(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(consent="cookie")
    bot = Browser(app, agent=GOOGLE)
    agree(bot, SOME)
    assert (bot.anonymous_id, said(app, segment)) == (None, [])


def test_an_id_made_in_a_request_that_ends_with_a_no_is_not_kept(framework: Framework) -> None:
    answer = agree(visitor(framework.app(consent="cookie"), SOME), NONE)
    assert [*cookies_of(answer)] == [COOKIE]


def test_an_answer_given_on_a_page_for_all_makes_it_private(framework: Framework) -> None:
    answer = agree(framework.browser(consent="cookie"), False)
    assert (answer.all("Cache-Control"), answer.all("Vary")) == (["private"], ["Cookie"])


def test_a_refusal_written_by_a_banner_ends_the_cookies_too(framework: Framework) -> None:
    app = framework.app(consent="cookie")
    browser = visitor(app, NONE, **{ANONYMOUS_ID: "0f1e2d3c", "ajs_group_id": "acme"})
    browser.get("/nothing")
    assert ANONYMOUS_ID in browser.cookies, "a request that says nothing asks nothing"
    browser.get("/seen")
    assert [*browser.cookies] == [COOKIE]


@pytest.mark.parametrize(
    ("header", "setting", "reason"), [("Sec_GPC", "respect_gpc", "gpc"), ("DNT", "respect_dnt", "dnt")]
)
def test_the_browsers_own_signals(
    framework: Framework, segment: CollectorServer, header: str, setting: str, reason: str
) -> None:
    app = framework.app(**{setting: True}, consent="cookie")
    browser = visitor(app, SOME)
    look = browser.get("/look", **{header: "1"})
    assert look.body == f"None None {reason}".encode()
    browser.get("/seen", **{header: "1"})
    assert (browser.anonymous_id, dropped(app)) == (None, {reason: 1})
    browser.get("/seen", **{header: "0"})
    assert labels(app, segment) == ["Seen"]


def test_signals_that_no_setting_respects_change_nothing(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app()
    Browser(app).get("/seen", Sec_GPC="1", DNT="1")
    assert labels(app, segment) == ["Seen"]


def raising(request: Any) -> bool:
    raise RuntimeError(CANARY)


def test_a_callable_that_fails_has_not_heard_a_yes(
    framework: Framework, segment: CollectorServer, caplog: pytest.LogCaptureFixture
) -> None:
    invalid = ["yes", 1, {"analytics": "true"}, {"1st": True}, {"a" * 35: True}, {7: True}, [True], object()]
    asked: list[Any] = [raising, *(lambda request, answer=answer: answer for answer in invalid)]
    for consent in asked:
        app = framework.app(consent=consent)
        browser = Browser(app)
        assert browser.get("/seen").status == 200
        assert (browser.anonymous_id, dropped(app)) == (None, {"no_consent": 1})
    assert segment.messages == []
    assert any("the consent setting" in line for line in caplog.messages)
    assert CANARY not in caplog.text


def test_it_is_asked_once_a_request_and_only_when_something_is_said(framework: Framework) -> None:
    asked: list[str] = []
    app = framework.app(consent=lambda request: asked.append(request.path))
    browser = Browser(app)
    browser.get("/nothing")
    assert asked == []
    browser.get("/stream")
    assert asked == ["/stream"]


def test_an_answer_that_is_none_is_not_kept(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(consent="cookie")
    browser = visitor(app, SOME)
    assert agree(browser, {"analytics": "yes"}).body == b"no_consent"
    assert browser.cookies[COOKIE] == cookie(SOME)
    assert set(labels(app, segment)) <= {"Asked"}
