"""Inside capture_events nothing leaves, and everything that would have left can be read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

import segment_web
from segment_web import Analytics, DropReason, InvalidMessage, Message
from segment_web.collector import CollectorServer
from segment_web.messages.envelope import Batch, Envelope
from segment_web.messages.outcome import Outcome
from segment_web.pipeline.sanitise import Encoder
from segment_web.scopes.scope import Scope
from segment_web.settings import Settings
from segment_web.testing import capture_events
from segment_web.testing.recorder import Recorder, Recording


@pytest.fixture
def analytics(segment_server: CollectorServer) -> Iterator[Analytics]:
    with Analytics("key", host=segment_server.url) as client:
        yield client


def test_what_is_said_inside_is_recorded_and_does_not_leave(
    analytics: Analytics, segment_server: CollectorServer
) -> None:
    with capture_events() as events:
        receipt = analytics.track("Order Completed", {"total": 27.5}, user_id="42")
        assert analytics.flush(5)
    analytics.track("Order Refunded", user_id="42")

    assert [message["event"] for message in segment_server.wait_for(1)] == ["Order Refunded"]
    assert [message["messageId"] for message in events] == [receipt.message_id]


def test_a_message_is_the_dict_that_the_wire_would_carry(analytics: Analytics, segment_server: CollectorServer) -> None:
    said: Any = {"message_id": "m1", "timestamp": "2026-01-01T00:00:00Z", "user_id": 42, "context": {"ip": "192.0.2.1"}}
    with capture_events() as events:
        analytics.track("Order Completed", {"total": 27.5}, **said)
    analytics.track("Order Completed", {"total": 27.5}, **said)
    (arrived,) = segment_server.wait_for(1)

    added_on_arrival = {"receivedAt", "sentAt", "originalTimestamp", "writeKey", "version", "timestamp"}
    assert {key: value for key, value in events[0].items() if key != "timestamp"} == {
        key: value for key, value in arrived.items() if key not in added_on_arrival
    }


@pytest.mark.parametrize("options", [{}, {"enabled": False}, {"bots": "drop"}, {"queue_size": 1}])
def test_no_setting_keeps_a_message_of_a_test_back(options: dict[str, object]) -> None:
    client = Analytics(**options)
    with capture_events() as events:
        receipts = [client.track("Order Completed", user_id="42", dedupe_key=str(n)) for n in range(3)]

    assert all(receipts)
    assert len({message["messageId"] for message in events}) == 3


def test_a_callers_mistake_raises_only_inside() -> None:
    client = Analytics("key", delivery="null")
    with capture_events() as events, pytest.raises(InvalidMessage, match="no_user_anon_id"):
        client.track("Order Completed")

    assert client.track("Order Completed").reason is DropReason.NO_USER_ANON_ID
    events.assert_nothing()


def test_what_an_automatic_call_loses_is_in_dropped() -> None:
    client = Analytics("key", delivery="null")
    with capture_events() as events:
        client.record(Message("track", event=7, user_id="42", properties={"total": 1}), Scope())

    (lost,) = events.dropped
    assert lost.reason == "event_not_string"
    assert "string" in lost.detail
    assert (lost.message["userId"], lost.message["properties"]) == ("42", {"total": 1})


def test_what_is_disabled_is_dropped_inside_too() -> None:
    with capture_events() as events, segment_web.disabled():
        Analytics().track("Order Completed", user_id="42")

    assert [reason for reason, _, _ in events.dropped] == ["disabled"]


def test_every_client_is_covered_and_order_is_kept() -> None:
    first, second = Analytics("one"), Analytics("two")
    with capture_events() as events:
        for number in range(6):
            (first if number % 2 else second).track(f"Event {number}", user_id="42")

    assert [message["event"] for message in events] == [f"Event {number}" for number in range(6)]


def test_threads_that_speak_at_once_lose_nothing() -> None:
    client, threads_start = Analytics(), threading.Barrier(8)

    def speak(number: int) -> None:
        threads_start.wait(10)
        for step in range(50):
            client.track("Stepped", {"step": step}, user_id=number)

    with capture_events() as events:
        threads = [threading.Thread(target=speak, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(events) == 400
    for number in range(8):
        own = [message["properties"]["step"] for message in events if message["userId"] == str(number)]
        assert own == list(range(50))


def test_the_clients_own_settings_and_observers_take_part() -> None:
    told: list[bytes] = []

    class Listener(Recorder):
        def message_accepted(self, envelope: Envelope) -> None:
            told.append(envelope.body)

        def batch_delivered(self, batch: Batch, outcome: Outcome) -> None:
            told.append(b"delivered")

    settings = Settings(app={"name": "Shop"}, before_send=(rename,))
    client = Analytics.from_settings(settings, observers=(Listener(Recording(settle=lambda: None), Encoder()),))
    with capture_events() as events:
        client.track("Order Completed", user_id="42")

    events.assert_tracked("Renamed", context={"app": {"name": "Shop"}})
    assert b"Renamed" in told[0]
    assert told[1:] == [b"delivered"]


def rename(message: Message, scope: Scope) -> Message:
    message.event = "Renamed"
    return message


def test_an_inner_capture_takes_all_and_the_outer_goes_on_after_it() -> None:
    client = Analytics()
    with capture_events() as outer:
        with capture_events() as inner:
            client.track("Inside", user_id="42")
        client.track("Outside", user_id="42")

    assert [message["event"] for message in inner] == ["Inside"]
    assert [message["event"] for message in outer] == ["Outside"]


def test_module_functions_are_covered() -> None:
    with capture_events() as events, segment_web.scope(user_id="u1"):
        segment_web.track("Order Completed")

    events.assert_tracked("Order Completed", user_id="u1")


def test_clear_forgets_what_was_before() -> None:
    with capture_events() as events:
        Analytics().track("Before", user_id="42")
        events.clear()
        Analytics().track("After", user_id="42")

    assert [message["event"] for message in events] == ["After"]


def test_a_failing_block_leaves_no_capture_behind(analytics: Analytics, segment_server: CollectorServer) -> None:
    with pytest.raises(KeyError), capture_events():
        raise KeyError
    analytics.track("Order Completed", user_id="42")

    segment_server.wait_for(1)
