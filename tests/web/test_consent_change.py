"""``set_consent`` in the corners of a request: blocks, transactions, streams, an application that keeps the answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import segment_web
from segment_web import Analytics
from segment_web.logs import log
from segment_web.messages.message import Message
from segment_web.scopes.current import entered
from segment_web.testing import capture_events
from segment_web.testing.captured import CapturedEvents
from segment_web.web.accounts import lifecycle
from segment_web.web.request.request_analytics import RequestAnalytics
from segment_web.web.request.set_consent import UPDATED
from segment_web.web.request.web_scope import WebScope
from segment_web.web.rules import Rules
from tests.core.plain_request import Person, PlainRequest

SOME = {"analytics": True, "ads": False}
NONE = {"analytics": False, "ads": False}
CHROME = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36"}


@pytest.fixture
def events() -> Iterator[CapturedEvents]:
    log.forget()  # what an earlier test was told must not silence this one
    with capture_events() as captured:
        yield captured


def visit(consent: Any, **request: Any) -> RequestAnalytics:
    """A request whose visitor has an anonymous id in the cookie."""
    client = Analytics("consent-write-key", consent=consent, delivery="null", flush_interval=60)
    asked = PlainRequest(headers=CHROME, cookies="ajs_anonymous_id=0f1e2d3c", **request)
    return RequestAnalytics(WebScope(asked, Rules.of(client.settings), client), client)


def sent(events: CapturedEvents) -> list[tuple[str, Any]]:
    """Each message's event and categories."""
    return [(event["event"], event["context"].get("consent", {}).get("categoryPreferences")) for event in events]


def test_what_waits_for_a_commit_is_dropped_when_consent_goes_meanwhile(events: CapturedEvents) -> None:
    segment = visit(lambda request: SOME)
    puts: list[Callable[[], None]] = []
    assert segment.record(Message("track", event="Order Placed"), defer=puts.append)
    segment.set_consent(False)
    for put in puts:
        put()
    assert sent(events) == [(UPDATED, NONE)]
    assert [dropped.reason for dropped in events.dropped] == ["no_consent"]


def test_what_is_held_until_the_user_is_known_is_dropped_too(events: CapturedEvents) -> None:
    segment = visit(lambda request: SOME, user_ready=False)
    segment.track("Came")
    segment.set_consent(False)
    segment.scope.settle(Person(7))
    assert sent(events) == [(UPDATED, NONE)]
    assert events[0]["userId"] == "7"


def test_who_logs_out_and_refuses_in_one_request_is_forgotten() -> None:
    """As a view does that closes an account: by then the browser has another anonymous id."""
    segment = visit(lambda request: {"ads": True})
    with segment.client as client:
        segment.track("Account Closed")
        lifecycle.signed_out(segment, Person(7))
        segment.set_consent(False)
        assert client.stats().dropped == {"no_consent": 2}


def test_before_consent_nothing_is_held(events: CapturedEvents) -> None:
    segment = visit(lambda request: None, user_ready=False)
    assert segment.track("Came").reason == "no_consent"
    assert not segment.scope.is_holding


def test_blocks_keep_the_terms_of_the_request(events: CapturedEvents) -> None:
    segment = visit(lambda request: {"ads": True})
    with entered(segment.scope), segment_web.scope(user_id="boss", context={"groupId": "acme"}):
        segment.track("First")
        segment.set_consent(SOME)
        segment.track("Second")
        segment.set_consent(False)
        assert segment.track("Third").reason == "no_consent"
    assert sent(events) == [("First", {"ads": True}), (UPDATED, SOME), ("Second", SOME), (UPDATED, NONE)]


def test_outside_of_requests_nobody_is_asked(events: CapturedEvents) -> None:
    segment = visit(lambda request: False)
    with segment_web.scope(user_id="7"):
        assert segment.client.track("Report Sent")


def test_a_callable_may_look_at_the_request_it_is_asked_for(events: CapturedEvents) -> None:
    """Nothing it says itself is recorded, and it does not ask itself again."""
    speakers: list[RequestAnalytics] = []

    def consent(request: Any) -> bool:
        return not speakers[0].track("Asked") and speakers[0].anonymous_id is None

    speakers.append(visit(consent))
    assert speakers[0].track("Came")
    assert [event["event"] for event in events] == ["Came"]


def test_an_application_may_keep_the_answer_itself(events: CapturedEvents) -> None:
    segment = visit(lambda request: None)
    assert segment.set_consent(SOME)
    assert segment.scope.answer is None, "no cookie that nobody reads"
    assert segment.consent.allowed
    assert sent(events) == [(UPDATED, SOME)]


def test_a_plain_yes_has_no_preferences_to_tell_of(events: CapturedEvents) -> None:
    segment = visit("cookie")
    assert segment.set_consent(True) is None
    assert segment.track("Came")
    assert sent(events) == [("Came", None)]


def test_a_first_refusal_tells_nobody_of_who_is_logged_in(events: CapturedEvents) -> None:
    """Segment has never heard of them, and this is not the moment."""
    assert visit("cookie", person=Person(7)).set_consent(NONE) is None
    assert sent(events) == []


def test_without_the_setting_the_answer_is_not_kept(events: CapturedEvents, caplog: pytest.LogCaptureFixture) -> None:
    segment = visit(None)
    receipt = segment.set_consent(False)
    assert receipt is not None
    assert receipt.reason == "not_configured"
    assert segment.track("Came").reason == "no_consent", "but it holds in this request"
    assert "set_consent needs the setting consent" in caplog.text


def test_an_answer_that_comes_too_late_for_its_cookie_is_told(
    events: CapturedEvents, caplog: pytest.LogCaptureFixture
) -> None:
    segment = visit("cookie")
    segment.scope.close()
    segment.set_consent(False)
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert "the response has gone" in caplog.text


def test_the_browsers_signal_stands_above_the_answer(events: CapturedEvents) -> None:
    client = Analytics("consent-write-key", consent="cookie", respect_gpc=True)
    request = PlainRequest(headers={**CHROME, "Sec-GPC": "1"})
    segment = RequestAnalytics(WebScope(request, Rules.of(client.settings), client), client)
    assert segment.set_consent(SOME) is None
    assert (segment.scope.answer, segment.skip_reason) == (SOME, "gpc")
    assert sent(events) == []


class Broken(dict[str, bool]):
    """A dict that fails when it is looked into."""

    def items(self) -> Any:
        raise RuntimeError("canary")


def test_an_answer_that_raises_is_no_yes(events: CapturedEvents, caplog: pytest.LogCaptureFixture) -> None:
    segment = visit(lambda request: SOME)
    receipt = segment.set_consent(Broken(analytics=True))
    assert receipt is not None
    assert receipt.reason == "internal_error"
    assert segment.track("Came").reason == "no_consent"
    assert "canary" not in caplog.text
