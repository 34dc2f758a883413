"""A lane's bookkeeping under an injected clock: when trips go, what their outcomes lead to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from segment_web.delivery.lane import FAR, PAUSE_LEAST, Lane, Trip
from segment_web.delivery.queues.memory import MemoryQueue
from segment_web.messages.envelope import Envelope
from segment_web.messages.outcome import DELIVERED, Outcome, Verdict
from segment_web.net.retry import RetryPolicy


def lane(*, count: int = 10, interval: float = 1.0) -> Lane:
    queue = MemoryQueue(max_count=1000, max_size=10**6, drop_oldest=False)
    return Lane("default", queue, RetryPolicy(), lambda: 0.5, count=count, size=475_000, interval=interval)


def fill(lane: Lane, number: int, now: float = 0.0) -> None:
    for n in range(number):
        if not len(lane.queue):
            lane.since = now
        lane.queue.put(Envelope(f"m{n}", "u", "default", b"{}"))


def go(lane: Lane, now: float) -> Trip:
    trip = lane.next_trip(now)
    assert trip is not None
    return trip


def test_an_empty_lane_never_asks_to_be_woken() -> None:
    assert lane().next_time(5.0) == FAR


def test_a_partial_batch_waits_for_company_and_a_full_one_does_not() -> None:
    waiting = lane(count=3, interval=1.0)
    fill(waiting, 2)
    assert waiting.next_trip(0.9) is None
    assert waiting.next_time(0.9) == 1.0
    fill(waiting, 1)
    assert len(go(waiting, 0.9).batch.envelopes) == 3


def test_one_trip_at_a_time() -> None:
    busy = lane(count=1)
    fill(busy, 2)
    trip = go(busy, 0.0)
    assert busy.next_trip(0.0) is None
    busy.arrived(trip, DELIVERED, 0.0)
    assert busy.next_trip(0.0) is not None


def test_an_ordered_wait_stops_the_lane_for_as_long_as_it_says() -> None:
    ordered = lane(count=1)
    fill(ordered, 2)
    ordered.arrived(go(ordered, 0.0), Outcome(Verdict.RETRY, "HTTP 429", 30.0), 0.0)
    assert ordered.next_trip(29.9) is None
    ordered.hurry()
    assert ordered.next_trip(29.9) is None, "the end of the process keeps the server's word"
    assert ordered.next_trip(30.0) is not None


def test_a_misconfigured_source_rests_and_keeps_everything() -> None:
    paused = lane(count=1)
    fill(paused, 2)
    settled = paused.arrived(go(paused, 0.0), Outcome(Verdict.PAUSE, "HTTP 401"), 0.0)
    assert (settled.dropped, paused.queue.count) == ((), 2)
    assert paused.next_trip(PAUSE_LEAST - 0.1) is None
    paused.hurry()
    assert paused.next_trip(0.1) is not None, "a rest of our own ends with the process"


def test_two_failures_in_a_row_rest_the_whole_lane() -> None:
    failing = lane(count=1)
    fill(failing, 5)
    for _ in range(2):
        failing.arrived(go(failing, 0.0), Outcome(Verdict.RETRY, "HTTP 500"), 0.0)
    assert failing.next_trip(0.0) is None
    assert failing.next_trip(0.25) is not None


@given(st.lists(st.sampled_from(list(Verdict)), max_size=200), st.integers(1, 60))
def test_whatever_the_server_says_nothing_is_lost_uncounted(verdicts: list[Verdict], number: int) -> None:
    """Bisection, retries and pauses in any order: each message is delivered, dropped or still here, exactly once."""
    any_lane, now = lane(count=7), 0.0
    fill(any_lane, number)
    delivered: list[str] = []
    dropped: list[str] = []
    for verdict in verdicts:
        now += 100.0
        if trip := any_lane.next_trip(now):
            settled = any_lane.arrived(trip, Outcome(verdict), now)
            delivered += [envelope.message_id for envelope in settled.delivered]
            dropped += [envelope.message_id for envelope in settled.dropped]
    left = [envelope.message_id for envelope in any_lane.give_up()]
    assert sorted(delivered + dropped + left) == sorted(f"m{n}" for n in range(number))
    assert (any_lane.queue.count, any_lane.queue.size) == (0, 0)
