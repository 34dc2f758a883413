"""What the endpoint adds to a message: shared context, an id, the times."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest
from werkzeug.test import Client as WsgiClient

from segment_web.collector import CollectorServer, Store, create_app
from segment_web.incoming.times import parse, stored_times
from tests.collector.messages import batch, track

PHONE = {"device": {"type": "phone", "name": "Apple iPhone 6"}}


def test_shared_context_reaches_each_message(server: CollectorServer, client: httpx.Client) -> None:
    client.post("/v1/batch", json=batch(track("m1"), track("m2"), context=PHONE, integrations={"All": True}))
    assert [message["context"] for message in server.messages] == [PHONE, PHONE]
    assert [message["integrations"] for message in server.messages] == [{"All": True}] * 2


def test_the_messages_own_context_wins_one_level_deep(server: CollectorServer, client: httpx.Client) -> None:
    own = {"device": {"name": "Mine", "tags": {"a": 1}}, "locale": "de-DE"}
    shared = {"device": {"type": "phone", "name": "Shared", "tags": {"b": 2}}, "locale": "en-US", "ip": "192.0.2.1"}
    client.post("/v1/batch", json=batch(track("m1", context=own), context=shared))
    assert server.messages[0]["context"] == {
        "device": {"type": "phone", "name": "Mine", "tags": {"a": 1}},
        "locale": "de-DE",
        "ip": "192.0.2.1",
    }


def test_a_message_without_id_gets_one(server: CollectorServer, client: httpx.Client) -> None:
    client.post("/v1/batch", json=batch(track(), track()))
    client.post("/v1/batch", json=batch(track(), track()))
    assert len({message["messageId"] for message in server.messages}) == 4
    assert server.batches[0].message_ids == (None, None)


@pytest.mark.parametrize(
    ("received", "sent", "original", "timestamp"),
    [
        ("19:11:01.266Z", "19:11:01.169Z", "19:11:01.152Z", "19:11:01.249Z"),
        ("00:10:31.909Z", "00:10:31.581Z", "00:10:31.577Z", "00:10:31.905Z"),
        ("00:10:00.000Z", "00:10:00.000Z", "00:00:00.000Z", "00:00:00.000Z"),
        ("12:00:00.000Z", "10:00:00.000+02:00", "09:59:59.000+02:00", "11:59:59.000Z"),
        ("12:00:00.000Z", None, "11:00:00.000Z", "11:00:00.000Z"),
        ("12:00:00.000Z", "11:00:00.000Z", None, "12:00:00.000Z"),
    ],
)
def test_a_wrong_clock_cancels_out(received: str, sent: str | None, original: str | None, timestamp: str) -> None:
    day = "2015-12-12T"
    times = [day + time if time else None for time in (sent, original)]
    assert stored_times(datetime.fromisoformat(day + received), *times) == (day + received, day + timestamp)


@pytest.mark.parametrize("junk", ["yesterday", 12, "0001-01-01T00:00:00+14:00", {}, "9999-12-31T23:59:59-10:00"])
def test_junk_for_a_time_counts_as_none(junk: object) -> None:
    received = datetime(2024, 1, 1, tzinfo=UTC)
    assert parse(junk) is None
    assert stored_times(received, junk, junk)[1] == "2024-01-01T00:00:00.000Z"


def test_a_timestamp_outside_the_calendar_is_the_time_of_arrival() -> None:
    received = datetime(2024, 1, 1, tzinfo=UTC)
    assert stored_times(received, "9999-01-01T00:00:00Z", "0001-01-01T00:00:00Z")[1] == "2024-01-01T00:00:00.000Z"


def test_the_times_of_a_stored_message_come_from_the_clock_that_was_handed_in() -> None:
    store = Store()
    app = create_app(store, now=lambda: datetime(2024, 1, 1, 12, tzinfo=UTC), new_id=lambda: "made-here")
    body = track(timestamp="2024-01-01T10:59:00.000Z", sentAt="2024-01-01T11:00:00.000Z", writeKey="key")
    WsgiClient(app).post("/v1/t", json=body)
    (stored,) = store.messages()
    store.close()
    assert stored.message == {
        **track("made-here"),
        "originalTimestamp": "2024-01-01T10:59:00.000Z",
        "sentAt": "2024-01-01T11:00:00.000Z",
        "receivedAt": "2024-01-01T12:00:00.000Z",
        "timestamp": "2024-01-01T11:59:00.000Z",
    }


def test_a_batch_hands_its_sent_at_to_messages_without_one(server: CollectorServer, client: httpx.Client) -> None:
    items = track("m1"), track("m2", sentAt="2024-01-01T00:00:05.000Z")
    client.post("/v1/batch", json=batch(*items, sentAt="2024-01-01T00:00:09.000Z"))
    assert [message["sentAt"][17:19] for message in server.messages] == ["09", "05"]
    assert server.batches[0].sent_at == "2024-01-01T00:00:09.000Z"
