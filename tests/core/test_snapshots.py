"""``snapshot()`` and ``resume()``: a visitor taken along as plain JSON, for threads, queues and frameworks without a hook."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

import segment_web
from segment_web import Analytics
from segment_web.snapshots import MAX_BYTES
from segment_web.testing import capture_events
from segment_web.testing.captured import CapturedEvents
from segment_web.web.request.request_analytics import RequestAnalytics
from segment_web.web.request.web_scope import WebScope
from segment_web.web.rules import Rules
from tests.core.plain_request import Person, PlainRequest

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
URL = "https://shop.test/checkout?utm_campaign=spring&token=canary-5b1f"
CANARY = "canary-5b1f"


@pytest.fixture
def events() -> Iterator[CapturedEvents]:
    with capture_events() as captured:
        yield captured


@dataclass(frozen=True)
class Customer:
    pk: int
    email: str
    team: str


def visit(*, agent: str = CHROME, cookies: str = "ajs_anonymous_id=a1", user: Any = None, **settings: Any) -> Any:
    client = Analytics("snapshot-write-key", delivery="null", **settings)
    request = PlainRequest(URL, headers={"User-Agent": agent}, cookies=cookies, peer="192.0.2.77", person=user)
    return RequestAnalytics(WebScope(request, Rules.of(client.settings), client), client)


def test_a_job_says_what_the_request_would_have_said(events: CapturedEvents) -> None:
    segment = visit(user=Person(pk=7))
    segment.track("Here")
    travelled = json.loads(json.dumps(segment.snapshot()))
    with segment_web.resume(travelled):
        segment_web.track("There")
    here, there = events.named("Here")[0], events.named("There")[0]
    assert (there["userId"], there["anonymousId"]) == (here["userId"], here["anonymousId"]) == ("7", "a1")
    assert there["context"] == here["context"]
    assert (there["context"]["page"]["path"], there["context"]["campaign"]) == ("/checkout", {"name": "spring"})


def test_the_group_and_the_visit_come_along(events: CapturedEvents) -> None:
    segment = visit(user=Customer(7, "a@shop.test", "acme"), group="team", visit=True)
    segment.track("Here")
    context = segment.snapshot()["context"]
    assert context["groupId"] == "acme"
    assert context["visit"] == events.named("Here")[0]["context"]["visit"]


def test_no_trait_and_no_secret_is_in_it(events: CapturedEvents) -> None:
    user = Customer(7, f"{CANARY}@shop.test", "acme")
    segment = visit(user=user, user_traits=["email"], context=lambda scope: {"traits": {"email": CANARY}})
    context = {"traits": {"email": CANARY}, "device": {"id": CANARY}, "page": {"title": "Kept"}}
    with segment_web.resume(segment.snapshot()), segment_web.scope(traits={"email": CANARY}, context=context):
        carried = segment_web.snapshot()
    assert CANARY not in json.dumps([segment.snapshot(), carried])
    assert carried is not None
    assert carried["context"]["page"] == {**segment.snapshot()["context"]["page"], "title": "Kept"}


@pytest.mark.parametrize(("setting", "sent"), [("full", "192.0.2.77"), ("mask", "192.0.2.0"), ("none", "0.0.0.0")])
def test_the_address_is_as_the_setting_says(setting: str, sent: str) -> None:
    assert visit(ip=setting).snapshot()["context"]["ip"] == sent


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"consent": lambda request: None}, "no_consent"),
        ({"consent": lambda request: {"ads": False}}, "no_consent"),
        ({"consent": lambda request: 1 / 0}, "no_consent"),
        ({"request_filter": lambda request: False}, "request_filtered"),
    ],
)
def test_of_who_is_not_recorded_it_has_the_reason_alone(
    events: CapturedEvents, settings: dict[str, Any], reason: str
) -> None:
    carried = visit(user=Person(pk=7), **settings).snapshot()
    assert carried == {"drop": reason}
    with segment_web.resume(carried):
        assert segment_web.track("There").reason == reason
        assert segment_web.track("There", user_id="named in the job").reason == reason
    assert list(events) == []


def test_categories_travel_with_the_visitor(events: CapturedEvents) -> None:
    terms = {"analytics": True, "ads": False}
    with segment_web.resume(visit(consent=lambda request: terms).snapshot()):
        segment_web.track("There")
    assert events.named("There")[0]["context"]["consent"] == {"categoryPreferences": terms}


def test_a_bot_is_a_bot_in_its_jobs() -> None:
    assert visit(agent="Googlebot/2.1").snapshot() == {"bot": True}
    with segment_web.resume(visit(agent="Googlebot/2.1").snapshot()):
        client = Analytics("key", delivery="null")
        assert (client.track("There").reason, client.track("There", user_id="u1").reason) == ("bot", None)
    flagged = visit(agent="Googlebot/2.1", bots="flag").snapshot()
    assert (flagged["bot"], flagged["anonymous_id"]) == (True, "a1")


def test_a_job_that_names_another_user_says_nothing_of_the_visitors_device(events: CapturedEvents) -> None:
    with segment_web.resume(visit(user=Person(pk=7)).snapshot()):
        segment_web.track("There")
        segment_web.track("There", user_id="somebody-else")
    assert ["ip" in event["context"] for event in events.named("There")] == [True, False]


def test_a_new_visitor_gets_the_id_that_the_response_keeps() -> None:
    segment = visit(cookies="")
    carried = segment.snapshot()
    assert carried["anonymous_id"] == segment.scope.issued_id is not None
    assert segment.snapshot() == carried


def test_a_known_user_gets_no_id_besides() -> None:
    segment = visit(cookies="", user=Person(pk=7))
    assert segment.snapshot()["user_id"] == "7"
    assert segment.scope.issued_id is None


def test_nothing_of_one_visitor_gets_into_anothers_job(events: CapturedEvents) -> None:
    with segment_web.scope(user_id="u1", anonymous_id="a1", traits={"plan": "pro"}, context={"groupId": "acme"}):
        with segment_web.resume({"anonymous_id": "a2"}):
            segment_web.track("Job")
        with segment_web.resume(None):
            segment_web.track("Nobody's", user_id="named in the job")
        segment_web.track("Around")
    job, nobodys, around = (events.named(name)[0] for name in ("Job", "Nobody's", "Around"))
    assert (job.get("userId"), job["anonymousId"], set(job["context"])) == (None, "a2", {"library", "channel"})
    assert ("anonymousId" in nobodys, set(nobodys["context"])) == (False, {"library", "channel"})
    assert (around["userId"], around["context"]["groupId"]) == ("u1", "acme")


@pytest.mark.parametrize("junk", ["text", 7, [], {"user_id": 7}, {"context": "x"}, {"drop": 1}, {"drop": "unheard of"}])
def test_what_is_no_snapshot_records_nothing(events: CapturedEvents, junk: Any) -> None:
    with segment_web.resume(junk):
        assert segment_web.track("There", user_id="u1").reason == "no_consent"


def test_it_is_bounded_and_the_terms_are_never_left_out(events: CapturedEvents) -> None:
    consent = {"categoryPreferences": {f"c{number}": True for number in range(100)}}
    large = {"page": {"url": "u" * MAX_BYTES}, "userAgent": "a" * (MAX_BYTES - 5_000), "locale": "l" * 9_000}
    with segment_web.scope(user_id="u1", context={**large, "consent": consent, "campaign": {"name": "spring"}}):
        carried = segment_web.snapshot()
    assert carried is not None
    assert len(json.dumps(carried)) < MAX_BYTES
    assert set(carried["context"]) == {"consent", "campaign", "locale"}
    with segment_web.scope(user_id="u" * MAX_BYTES, context={"consent": consent}):
        assert segment_web.snapshot() == {"drop": "message_too_large"}


def test_any_object_in_a_scope_becomes_plain(events: CapturedEvents) -> None:
    context = {"page": {"title": object(), "url": "\ud800", 7: {1, 2}}, "campaign": {"name": float("nan")}}
    with segment_web.scope(user_id=7, anonymous_id=["no", "id"], context=context):
        carried = segment_web.snapshot()
    assert carried == json.loads(json.dumps(carried))
    assert carried is not None
    assert (carried["user_id"], "anonymous_id" in carried) == ("7", False)


def test_a_thread_acts_for_the_visitor(events: CapturedEvents) -> None:
    def job(carried: Any) -> None:
        with segment_web.resume(carried):
            segment_web.track("In Thread")

    thread = threading.Thread(target=job, args=[visit().snapshot()])
    thread.start()
    thread.join()
    events.assert_tracked("In Thread", anonymous_id="a1")


def test_nobody_and_a_client_that_is_switched_off_carry_nothing() -> None:
    assert segment_web.snapshot() is None
    assert visit(enabled=False).snapshot() is None
