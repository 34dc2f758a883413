"""What analytics.js sends goes the way of the application's own events, and keeps what only the browser knows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from segment_web.collector import CollectorServer
from tests.browser.proxy.cdn import KEY
from tests.browser.proxy.conftest import Open
from tests.browser.proxy.page import IN_THE_BROWSER, PEER, Page
from tests.contracts.said import label, said

NAMES = {"t": "track", "i": "identify", "p": "page", "g": "group", "a": "alias", "s": "screen"}
OWN: dict[str, dict[str, Any]] = {
    "track": {"event": "Product Viewed"},
    "group": {"groupId": "acme"},
    "alias": {"previousId": IN_THE_BROWSER},
}


def only(page: Page, segment: CollectorServer) -> dict[str, Any]:
    [message] = said(page.app, segment)
    return message


def test_a_message_arrives_with_its_own_words_and_our_address(open_page: Open, segment: CollectorServer) -> None:
    page = open_page()
    sent = page.message()
    answer = page.send(**sent)
    assert (answer.status, orjson.loads(answer.body)) == (200, {"success": True})
    message = only(page, segment)
    assert {name: message[name] for name in ("type", "event", "properties", "messageId", "anonymousId")} == {
        name: sent[name] for name in ("type", "event", "properties", "messageId", "anonymousId")
    }
    assert message["context"] == {**sent["context"], "ip": PEER, "channel": "browser"}
    assert not {"_metadata", "writeKey", "userId"} & set(message)


@pytest.mark.parametrize("endpoint", [*NAMES, *NAMES.values()])
def test_every_endpoint_of_one_message(open_page: Open, segment: CollectorServer, endpoint: str) -> None:
    page = open_page()
    kind = NAMES.get(endpoint, endpoint)
    fields = {name: value for name, value in page.message().items() if name not in ("event", "type")}
    page.post_body(endpoint, orjson.dumps({**fields, **OWN.get(kind, {})}))
    assert only(page, segment)["type"] == kind


@pytest.mark.parametrize("endpoint", ["b", "batch", "import", "batch/"])
def test_a_batch_shares_its_context_and_arrives_in_order(
    open_page: Open, segment: CollectorServer, endpoint: str
) -> None:
    page = open_page()
    batch = [{**page.message(), "event": f"Step {number}", "context": {"locale": "fr"}} for number in range(3)]
    page.post_body(endpoint, orjson.dumps({"batch": batch, "writeKey": KEY, "context": {"timezone": "Europe/Paris"}}))
    messages = said(page.app, segment)
    assert [label(message) for message in messages] == ["Step 0", "Step 1", "Step 2"]
    assert {(message["context"]["locale"], message["context"]["timezone"]) for message in messages} == {
        ("fr", "Europe/Paris")
    }


def test_a_browsers_wrong_clock_is_set_right(open_page: Open, segment: CollectorServer) -> None:
    """It said so two minutes before it sent so, whatever year it believes in."""
    page = open_page()
    before = datetime.now(UTC)
    page.send(timestamp="2031-05-01T10:00:00.000Z", sentAt="2031-05-01T10:02:00.000Z")
    happened = datetime.fromisoformat(only(page, segment)["timestamp"])
    # Segment's own arithmetic on our sentAt adds what passes between two readings of the clock, which is next to nothing.
    assert abs(happened - (before - timedelta(minutes=2))) < timedelta(seconds=5)


def test_a_message_without_times_happened_now(open_page: Open, segment: CollectorServer) -> None:
    page = open_page()
    before = datetime.now(UTC)
    page.send(timestamp=None, sentAt="yesterday")
    assert abs(datetime.fromisoformat(only(page, segment)["timestamp"]) - before) < timedelta(seconds=5)


def test_metrics_are_answered_and_kept_nowhere(open_page: Open, segment: CollectorServer) -> None:
    page = open_page()
    assert page.post_body("m", b'{"series":[{"type":"Counter","metric":"x"}]}').status == 200
    assert said(page.app, segment) == []


def test_what_comes_twice_arrives_once(open_page: Open, segment: CollectorServer) -> None:
    page = open_page()
    sent = page.message()
    assert page.send(**sent).status == 200
    assert page.send(**sent, headers={"X-Retry-Count": "1"}).status == 200
    assert len(said(page.app, segment)) == 1
    assert page.app.analytics is not None
    stats = page.app.analytics.stats()
    assert (stats.accepted, stats.dropped) == (1, {"duplicate": 1})


def test_an_event_of_the_servers_is_not_the_browsers(open_page: Open, segment: CollectorServer) -> None:
    page = open_page(server_events=["Order Completed"])
    for event in ("Order Completed", " order  COMPLETED ", "Order Viewed"):
        assert page.send(event=event).status == 200
    assert [label(message) for message in said(page.app, segment)] == ["Order Viewed"]
    assert page.app.analytics is not None
    assert page.app.analytics.stats().dropped == {"server_only_event": 2}


def test_a_bots_page_says_nothing(open_page: Open, segment: CollectorServer) -> None:
    page = open_page()
    assert page.send(headers={"User-Agent": "Googlebot/2.1"}).status == 200
    assert said(page.app, segment) == []
    assert page.app.analytics is not None
    assert page.app.analytics.stats().dropped == {"bot": 1}


def test_a_users_page_is_no_bots_whatever_program_shows_it(open_page: Open, segment: CollectorServer) -> None:
    """As what the server says of the same user."""
    page = open_page()
    page.post("/sign-up?name=anna")
    page.send(headers={"User-Agent": "Googlebot/2.1"})
    *_, signed_up, viewed = said(page.app, segment)
    assert (viewed["event"], viewed["userId"]) == ("Product Viewed", signed_up["userId"])


def test_before_send_sees_the_browsers_messages(open_page: Open, segment: CollectorServer) -> None:
    page = open_page(settings={"before_send": (lambda message, scope: None if message.event == "Noise" else message,)})
    page.send(event="Noise")
    page.send(event="Signal")
    assert [label(message) for message in said(page.app, segment)] == ["Signal"]


def test_one_bad_item_costs_a_batch_nothing_else(open_page: Open, segment: CollectorServer) -> None:
    page = open_page()
    bad: list[Any] = [7, None, [], {"type": "purchase"}, {"type": []}, {**page.message(), "event": None}]
    bad += [{**page.message(), "context": []}, {**page.message(), "properties": {"x": "y" * 33_000}}]
    good = {**page.message(), "event": "Good"}
    assert page.post_body("b", orjson.dumps({"batch": [*bad, good], "writeKey": KEY})).status == 200
    assert [label(message) for message in said(page.app, segment)] == ["Good"]
    assert page.app.analytics is not None
    assert page.app.analytics.stats().dropped == {
        "type_unknown": 5,
        "event_not_defined": 1,
        "context_not_object": 1,
        "message_too_large": 1,
    }


def test_secrets_and_addresses_do_not_leave_in_a_url(open_page: Open, segment: CollectorServer) -> None:
    page = open_page()
    place = {
        "path": "/u/anna@example.com",
        "referrer": "http://mail.test/?token=s3cret",
        "search": "?token=s3cret&q=1",
        "url": "http://shop.test/u/anna@example.com?token=s3cret&q=1",
    }
    context = {"page": place, "campaign": {"content": "anna@example.com", "source": "news"}}
    page.send("p", properties={**place, "title": "Shoes"}, context=context)
    message = only(page, segment)
    assert message["context"]["campaign"] == {"content": "[redacted]", "source": "news"}
    assert message["properties"] == {**message["context"]["page"], "title": "Shoes"}
    assert message["properties"]["search"] == "?token=[redacted]&q=1"
    assert b"s3cret" not in orjson.dumps(message)
    assert b"anna" not in orjson.dumps(message)


def test_a_page_without_context_is_not_the_proxys_address(open_page: Open, segment: CollectorServer) -> None:
    page = open_page()
    page.send("p", context=None, properties=None)
    message = only(page, segment)
    assert "page" not in message["context"]
    assert message["properties"] == {}


def test_the_key_chooses_the_source(open_page: Open, segment: CollectorServer) -> None:
    page = open_page(settings={"sources": {"marketing": {"write_key": "another-key"}}})
    page.send(writeKey="another-key")
    page.send()
    assert page.app.analytics is not None
    assert page.app.analytics.flush(5)
    assert sorted(str(batch.write_key) for batch in segment.batches) == ["another-key", KEY]
