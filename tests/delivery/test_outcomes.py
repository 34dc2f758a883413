"""What becomes of messages when the server says yes, no, later, or nothing at all."""

from __future__ import annotations

import logging
import time
from datetime import datetime

import pytest

from segment_web.collector import CollectorServer
from segment_web.delivery.queues.memory import MemoryQueue, QueueBounds
from segment_web.messages.envelope import Envelope
from tests.delivery.conftest import KEY, MakeClient, assert_conserved, say


def arrived(server: CollectorServer) -> list[str]:
    return [message["messageId"] for message in server.messages]


def test_a_batch_arrives_once_with_its_key_and_library(server: CollectorServer, make: MakeClient) -> None:
    client = make()
    ids = say(client, 20)
    assert client.flush(5)
    assert arrived(server) == ids
    assert server.discarded == []
    assert server.messages[0]["context"]["library"]["name"] == "segment-web-python"
    assert server.messages[0]["context"]["channel"] == "server"
    assert client.stats().delivered == 20


def test_a_backlog_leaves_in_full_batches(server: CollectorServer, make: MakeClient) -> None:
    client = make(batch_size=50, flush_interval=60)
    say(client, 120)
    assert client.flush(5)
    assert [batch.messages for batch in server.batches] == [50, 50, 20]


@pytest.mark.parametrize("status", [500, 503, 429, 408, 410])
def test_a_passing_failure_is_retried_with_the_same_bytes_and_counted(
    server: CollectorServer, make: MakeClient, status: int
) -> None:
    server.answer(status)
    client = make(flush_interval=60)
    ids = say(client, 3)
    assert client.flush(5)
    assert arrived(server) == ids
    assert [batch.headers.get("x-retry-count") for batch in server.batches] == [None, "1"]
    assert client.stats().retried == 3


def test_one_bad_message_costs_only_itself(server: CollectorServer, make: MakeClient) -> None:
    """The scripted 400s refuse the batch of four and both of its first halves' bad side."""
    server.answer(400)  # 4
    client = make(batch_size=4, flush_interval=60)
    server.answer(400)  # the first half
    server.answer(400)  # the first message alone
    ids = say(client, 4)
    assert client.flush(5)
    assert len(set(arrived(server)) & set(ids)) == 3
    assert client.stats().dropped == {"bad_request": 1}


def test_a_permanent_no_is_counted_and_not_retried(server: CollectorServer, make: MakeClient) -> None:
    server.answer(422)
    client = make(flush_interval=60)
    say(client, 2)
    assert client.flush(5)
    assert client.stats().dropped == {"refused": 2}
    assert len(server.batches) == 1


def test_a_wrong_key_pauses_and_says_so_at_once(
    server: CollectorServer, make: MakeClient, caplog: pytest.LogCaptureFixture
) -> None:
    client = make(write_key="not-the-right-key")
    say(client, 2)
    with caplog.at_level(logging.ERROR, "segment_web"):
        while client.stats().paused_until is None:  # the answer is on its way
            time.sleep(0.01)
        assert not client.flush(0)
    assert "SEGMENT_WRITE_KEY" in caplog.text
    assert "not-the-right-key" not in caplog.text
    stats = client.stats()
    assert (stats.last_error, stats.pending) == ("HTTP 401", 2)
    assert stats.paused_until is not None


def test_an_ordered_wait_holds_for_every_batch(server: CollectorServer, make: MakeClient) -> None:
    server.answer(429, retry_after=1)
    client = make()
    say(client, 1)
    server.wait_for_requests(1)
    say(client, 1, start=1)
    assert client.flush(5)
    first, *later = [datetime.fromisoformat(batch.received_at) for batch in server.batches]
    assert len(later) == 2
    assert all((moment - first).total_seconds() >= 0.95 for moment in later)


def test_what_the_bounds_kept_is_delivered_after_an_outage(server: CollectorServer, make: MakeClient) -> None:
    client = make(queue_size=100)
    server.stop()
    kept = [client.track("Thing Done", user_id=n) for n in range(150)]
    assert sum(receipt.reason == "queue_full" for receipt in kept) == 50
    server.start()
    assert client.flush(10)
    assert arrived(server) == [receipt.message_id for receipt in kept if receipt]
    assert client.stats().dropped == {"queue_full": 50}
    fresh = say(client, 1)
    assert client.flush(5)
    assert fresh[0] in arrived(server)


def test_a_full_queue_may_drop_its_oldest_instead(server: CollectorServer, make: MakeClient) -> None:
    client = make(queue_size=10, when_full="drop_oldest", flush_interval=60)
    ids = say(client, 25)
    assert_conserved(client.stats())
    assert client.flush(5)
    assert arrived(server) == ids[-10:]
    assert client.stats().dropped == {"queue_full": 15}


def test_what_travels_leaves_no_room_and_costs_those_who_wait_nothing() -> None:
    """The oldest are dropped to make room, and not where that would not be enough."""
    queue = MemoryQueue(QueueBounds(max_count=10, max_size=5_000, drop_oldest=True))
    large, small = (Envelope(name, "u", "default", b"x" * size) for name, size in (("large", 3_000), ("small", 500)))
    assert queue.put(large)
    assert queue.first(count=1, size=475_000) == (large,)
    queue.take((large,))
    assert queue.put(small)
    assert not queue.put(large)
    assert (queue.evict(large), len(queue)) == ([], 1)
    queue.settle([large])
    assert queue.put(large)
    assert (queue.evict(large), list(queue.waiting)) == ([small, large], [])


def test_a_refused_message_turns_nobody_away_who_may_replace_an_older_one(make: MakeClient) -> None:
    other = {"write_key": "other-key"}
    client = make(queue_size=4, when_full="drop_oldest", sources={"other": other}, flush_interval=3600, delivery="null")
    say(client, 4)
    assert client.track("Thing Done", user_id=1, source="other").reason == "queue_full"
    say(client, 3)
    assert client.stats().dropped == {"queue_full": 4}


def test_each_full_batch_calls_the_worker(server: CollectorServer, make: MakeClient) -> None:
    """Also one that began with what the batch before had no room for."""
    client = make(batch_bytes=33_000, flush_interval=3600)
    for number in range(1, 4):
        while client.stats().accepted < 3 * number + 1:
            client.track("Book Pasted", {"text": "x" * 10_000}, user_id=1)
        assert len(server.wait_for_requests(number)) == number
    assert [batch.messages for batch in server.batches] == [3, 3, 3]


def test_a_failing_batch_does_not_block_fresh_ones(server: CollectorServer, make: MakeClient) -> None:
    client = make(flush_interval=0.001)
    server.answer(500)
    first = say(client, 1)
    server.wait_for_requests(1)
    second = say(client, 1, start=1)
    assert client.flush(5)
    assert set(arrived(server)) == {*first, *second}


def test_budgets_end(server: CollectorServer, make: MakeClient) -> None:
    server.answer(500, times=None)
    client = make(max_retries=1, flush_interval=60)
    say(client, 2)
    assert client.flush(5)
    assert client.stats().dropped == {"retries_exhausted": 2}
    assert len(server.batches) == 2


def test_closing_delivers_then_refuses(server: CollectorServer, make: MakeClient) -> None:
    client = make(flush_interval=60)
    ids = say(client, 5)
    assert client.close()
    assert arrived(server) == ids
    late = client.track("Too Late", user_id=1)
    assert (late.accepted, late.reason) == (False, "closed")
    assert client.stats().dropped == {"closed": 1}


def test_closing_with_a_dead_server_counts_what_is_left_in_time(server: CollectorServer, make: MakeClient) -> None:
    client = make(flush_interval=60)
    server.stop()
    say(client, 5)
    assert not client.close(0.5)
    assert client.stats().dropped == {"exit_timeout": 5}


def test_the_body_is_compressed_unless_told_otherwise(server: CollectorServer, make: MakeClient) -> None:
    for gzip in (True, False):
        client = make(gzip=gzip)
        client.track("Thing Done", {"text": "a" * 5000}, user_id=1)
        assert client.flush(5)
    compressed, plain = server.batches
    assert compressed.wire_bytes < 1000 < plain.wire_bytes
    assert KEY not in str(client.stats())
