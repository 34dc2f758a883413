"""Who withdraws consent is sent nothing more of: their messages leave the queue and the retries, counted to the unit."""

from __future__ import annotations

import threading
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segment_web.collector import CollectorServer
from segment_web.delivery.delivery import Delivery
from segment_web.delivery.lane import FORGOTTEN, Lane
from segment_web.delivery.queues.memory import QueueBounds
from segment_web.messages.envelope import Batch, Envelope
from segment_web.messages.outcome import DELIVERED, Outcome, Verdict
from tests.delivery.conftest import MakeClient, assert_conserved
from tests.delivery.test_lane import LEFT, fill, go, lane
from tests.effort import scaled

ONE = frozenset({"u1"})
steps = st.tuples(st.sampled_from(list(Verdict)), st.integers(0, 4), st.integers(0, 3), st.booleans())


def names(envelopes: Iterable[Envelope]) -> list[str]:
    return [envelope.message_id for envelope in envelopes]


class Watched:
    """A lane and what became of each message, by the position it was put at."""

    def __init__(self) -> None:
        self.lane: Lane = lane(count=5)
        self.keys: list[str] = []
        self.settled: set[int] = set()
        self.gone: set[int] = set()  # forgotten while nothing of them was on its way

    def put(self, number: int) -> None:
        for _ in range(number):
            position = len(self.keys)
            self.keys.append(f"u{position % 4}")
            self.lane.queue.put(Envelope(str(position), self.keys[-1], "default", b"{}"))

    def settle(self, envelopes: Iterable[Envelope]) -> None:
        positions = {int(envelope.message_id) for envelope in envelopes}
        assert not positions & self.settled, "nothing is settled twice"
        self.settled |= positions

    def forget(self, key: str) -> None:
        travelling = self.lane.travelling.batch.envelopes if self.lane.travelling else ()
        for _, envelopes in self.lane.forget(frozenset({key})).losses:
            self.settle(envelopes)
        flying = {int(envelope.message_id) for envelope in travelling}
        assert {position for position, of in enumerate(self.keys) if of == key} - flying <= self.settled

    def check(self) -> None:
        """A flush that waits for a position neither returns early nor waits for ever."""
        reached = self.lane.reached
        assert set(range(reached)) <= self.settled
        assert self.lane.queue.count == len(self.keys) - len(self.settled)
        if self.lane.queue.count == 0:
            assert (reached, self.lane.queue.waiting_size) == (len(self.keys), 0)


@settings(max_examples=scaled(300))
@given(st.lists(steps, max_size=60))
def test_whoever_is_forgotten_when_the_books_balance(script: list[tuple[Verdict, int, int, bool]]) -> None:
    watched, now = Watched(), 0.0
    for verdict, number, visitor, in_flight in script:
        now += 100.0
        watched.put(number)
        trip = watched.lane.next_trip(now)
        if trip is None or in_flight:
            watched.forget(f"u{visitor}")
            watched.check()
        if trip is not None:
            settled = watched.lane.arrived(trip, Outcome(verdict), now)
            watched.settle(settled.delivered)
            for _, envelopes in settled.losses:
                watched.settle(envelopes)
        watched.check()
    watched.settle(watched.lane.give_up(LEFT))
    watched.check()
    assert len(watched.settled) == len(watched.keys)


def test_what_waits_for_another_try_is_forgotten() -> None:
    waiting = lane(count=4)
    fill(waiting, 6, visitors=2)  # m0 to m3 fail, m4 and m5 are in the queue
    waiting.arrived(go(waiting, 0.0), Outcome(Verdict.RETRY, "HTTP 500"), 0.0)
    losses = waiting.forget(ONE).losses
    assert [(drop, names(envelopes)) for drop, envelopes in losses] == [(FORGOTTEN, ["m5"]), (FORGOTTEN, ["m1", "m3"])]
    assert names(go(waiting, 10.0).batch.envelopes) == ["m0", "m2"]


def test_who_was_forgotten_and_comes_back_waits_for_nobody() -> None:
    waiting = lane(count=2)
    fill(waiting, 2)
    waiting.arrived(go(waiting, 0.0), Outcome(Verdict.RETRY, "HTTP 500"), 0.0)
    waiting.forget(ONE)
    for name in ("m2", "m3"):
        waiting.queue.put(Envelope(name, "u1", "default", b"{}"))
    assert names(go(waiting, 0.0).batch.envelopes) == ["m2", "m3"]


def test_what_is_on_its_way_is_not_tried_again() -> None:
    flying = lane(count=4)
    fill(flying, 4, visitors=2)
    trip = go(flying, 0.0)
    assert flying.forget(ONE).losses == ()
    settled = flying.arrived(trip, Outcome(Verdict.RETRY, "HTTP 500"), 0.0)
    assert [(drop, names(envelopes)) for drop, envelopes in settled.losses] == [(FORGOTTEN, ["m1", "m3"])]
    assert names(go(flying, 10.0).batch.envelopes) == ["m0", "m2"]


def test_what_arrived_meanwhile_is_delivered() -> None:
    flying = lane(count=4)
    fill(flying, 4, visitors=2)
    trip = go(flying, 0.0)
    flying.forget(ONE)
    assert names(flying.arrived(trip, DELIVERED, 0.0).delivered) == ["m0", "m1", "m2", "m3"]


def test_the_end_of_a_search_is_seen_when_its_last_suspects_are_forgotten() -> None:
    """u0's message is known to be bad, u1's was to be tried alone: without it the search is over."""
    searching = lane(count=2)
    fill(searching, 2)
    for _ in range(2):
        searching.arrived(go(searching, 0.0), Outcome(Verdict.SPLIT, "HTTP 400"), 0.0)
    assert searching.queue.count == 2
    losses = searching.forget(ONE).losses
    assert {(drop.reason, *names(envelopes)) for drop, envelopes in losses} == {
        ("no_consent", "m1"),
        ("bad_request", "m0"),
    }
    assert (searching.queue.count, searching.reached) == (0, 2)


def test_of_many_visitors_one_is_forgotten(server: CollectorServer, make: MakeClient) -> None:
    client = make(flush_interval=60)
    for n in range(400):
        client.track("Thing Done", {"n": n}, anonymous_id=f"a{n % 50}")
    assert client.forget(["a7", "nobody"]) == 8
    assert_conserved(client.stats())
    assert client.flush(5)
    assert {message["anonymousId"] for message in server.messages} == {f"a{n}" for n in range(50)} - {"a7"}
    assert (len(server.messages), client.stats().dropped) == (392, {"no_consent": 8})


def test_with_the_server_down_retries_are_forgotten_too(server: CollectorServer, make: MakeClient) -> None:
    server.answer(503, retry_after=1)
    client = make()
    for n in range(40):
        client.track("Thing Done", anonymous_id=f"a{n % 4}")
    server.wait_for_requests(1)
    client.forget(["a1"])
    assert client.flush(20)
    assert "a1" not in {message["anonymousId"] for message in server.messages}
    assert client.stats().dropped == {"no_consent": 10}


class Busy:
    """A transport whose server says: come back in half a minute."""

    def deliver(self, batch: Batch) -> Outcome:
        return Outcome(Verdict.RETRY, "HTTP 429", 30.0)

    def close(self) -> None:
        """Nothing to close."""


def test_who_waits_for_the_queue_sees_it_empty() -> None:
    """A flush that has begun ends when what it waited for is forgotten."""
    only = lane(interval=60.0)
    delivery = Delivery(
        make_room=lambda: QueueBounds(max_count=10, max_size=10_000, drop_oldest=False),
        make_lanes=lambda room: {"default": only},
        make_transports=lambda: {"default": Busy()},
        exit_timeout=0.1,
    )
    delivery.put(Envelope("m1", "u1", "default", b"{}"))
    flush = threading.Thread(target=delivery.flush, args=(600,), daemon=True)
    flush.start()
    while not only.books.retried:
        flush.join(0.01)
    assert delivery.forget(ONE) == 1
    flush.join(60)
    assert not flush.is_alive()
    delivery.close()


def test_a_loss_that_was_wanted_is_no_error(make: MakeClient, caplog: pytest.LogCaptureFixture) -> None:
    client = make(flush_interval=60)
    client.track("Thing Done", anonymous_id="canary-5b1f")
    with caplog.at_level("DEBUG", "segment_web"):
        client.forget(["canary-5b1f"])
    assert [record.levelname for record in caplog.records] == ["DEBUG"]
    assert "canary" not in caplog.text
