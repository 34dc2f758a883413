"""A lane's bookkeeping under an injected clock: when trips go, what their outcomes lead to."""

from __future__ import annotations

import math
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from segment_web.delivery.batcher import Pace
from segment_web.delivery.in_flight import InFlightBatch
from segment_web.delivery.lane import FAR, REST, Lane
from segment_web.delivery.queues.memory import MemoryQueue, QueueBounds
from segment_web.messages.envelope import Envelope
from segment_web.messages.outcome import DELIVERED, Outcome, Verdict
from segment_web.messages.reasons import Drop, DropReason
from segment_web.net.retry import RetryPolicy
from tests.effort import scaled

LEFT = Drop(DropReason.EXIT_TIMEOUT)


def lane(*, count: int = 10, interval: float = 1.0, spacing: float = 0.0) -> Lane:
    room = QueueBounds(max_count=1000, max_size=10**6, drop_oldest=False)
    pace = Pace(count=count, size=475_000, interval=interval, spacing=spacing)
    return Lane("default", MemoryQueue(room), pace, RetryPolicy(), lambda: 0.5)


def fill(lane: Lane, number: int, now: float = 0.0, *, visitors: int = 1000) -> None:
    for n in range(number):
        if not len(lane.queue):
            lane.since = now
        lane.queue.put(Envelope(f"m{n}", f"u{n % visitors}", "default", b"{}"))


def go(lane: Lane, now: float) -> InFlightBatch:
    trip = lane.next_trip(now)
    assert trip is not None
    return trip


def test_where_the_oldest_went_a_batch_has_to_fill_up_anew() -> None:
    room = QueueBounds(max_count=2, max_size=10**6, drop_oldest=True)
    lane = Lane("default", MemoryQueue(room), Pace(count=2, size=475_000, interval=60.0), RetryPolicy(), lambda: 0.5)
    first, second, third = (Envelope(str(n), "u", "default", b"{}") for n in range(3))
    assert lane.queue.put(first)
    assert lane.queue.put(second)
    lane.is_called = lane.is_full
    assert lane.is_called
    assert (lane.evict(third), lane.is_called) == ([first], False)


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
    assert (settled.losses, paused.queue.count) == ((), 2)
    assert paused.next_trip(REST - 0.1) is None
    paused.hurry()
    assert paused.next_trip(0.1) is not None, "a rest of our own ends with the process"


def test_two_failures_in_a_row_rest_the_whole_lane() -> None:
    failing = lane(count=1)
    fill(failing, 5)
    for _ in range(2):
        failing.arrived(go(failing, 0.0), Outcome(Verdict.RETRY, "HTTP 500"), 0.0)
    assert failing.next_trip(0.0) is None
    assert failing.next_trip(0.25) is not None


steps = st.tuples(st.sampled_from(list(Verdict)), st.sampled_from([0.0, 0.3, 100.0]))


@given(st.lists(steps, max_size=200), st.sampled_from([7, 40]), st.integers(1, 60), st.integers(1, 20))
def test_whatever_the_server_says_nothing_is_lost_uncounted(
    answers: list[tuple[Verdict, float]], count: int, number: int, visitors: int
) -> None:
    """Bisection, retries and pauses in any order: each message is delivered, dropped or still here, exactly once, and
    one visitor's messages are delivered in their order."""
    any_lane, now = lane(count=count), 0.0
    fill(any_lane, number, visitors=visitors)
    delivered: list[str] = []
    dropped: list[str] = []
    for verdict, later in answers:
        now += later
        if trip := any_lane.next_trip(now):
            settled = any_lane.arrived(trip, Outcome(verdict), now)
            delivered += [envelope.message_id for envelope in settled.delivered]
            dropped += [envelope.message_id for _, lost in settled.losses for envelope in lost]
    left = [envelope.message_id for envelope in any_lane.give_up(LEFT)]
    assert sorted(delivered + dropped + left) == sorted(f"m{n}" for n in range(number))
    assert (any_lane.queue.count, any_lane.queue.waiting_size) == (0, 0)
    for visitor in range(visitors):
        theirs = [int(message_id[1:]) for message_id in delivered if int(message_id[1:]) % visitors == visitor]
        assert theirs == sorted(theirs)


def test_only_the_same_visitors_messages_wait_behind_a_retry() -> None:
    waiting = lane(count=1)
    fill(waiting, 4, visitors=2)  # u0 u1 u0 u1
    first = go(waiting, 0.0)
    waiting.arrived(first, Outcome(Verdict.RETRY, "HTTP 500"), 0.0)
    fresh = go(waiting, 0.0)
    assert [envelope.user_key for envelope in fresh.batch.envelopes] == ["u1"]
    waiting.arrived(fresh, DELIVERED, 0.0)
    fresh = go(waiting, 0.0)
    assert [envelope.message_id for envelope in fresh.batch.envelopes] == ["m3"], "m2 waits behind m0"
    waiting.arrived(fresh, DELIVERED, 0.0)
    assert waiting.next_trip(0.0) is None, "m2 waits still"


def server_refusing(any_lane: Lane, poison: set[str]) -> tuple[list[str], list[str], int]:
    """Plays a server that refuses each batch with poison in it, until nothing is left: delivered, refused, requests."""
    delivered: list[str] = []
    refused: list[str] = []
    requests, now = 0, 0.0
    while any_lane.queue.count:
        now = max(now, any_lane.next_time(now))
        trip = go(any_lane, now)
        requests += 1
        bad = any(envelope.message_id in poison for envelope in trip.batch.envelopes)
        settled = any_lane.arrived(trip, Outcome(Verdict.SPLIT, "HTTP 400") if bad else DELIVERED, now)
        delivered += [envelope.message_id for envelope in settled.delivered]
        refused += [envelope.message_id for _, lost in settled.losses for envelope in lost]
    return delivered, refused, requests


def random_batch(seed: int) -> tuple[int, set[int]]:
    """Up to a hundred messages, up to half of them poison."""
    dice = Random(seed)
    number = dice.randint(1, 100)
    return number, set(dice.sample(range(number), dice.randint(0, number // 2)))


@settings(max_examples=scaled(2_000))
@given(st.integers(0, 10**9).map(random_batch))
def test_the_culprits_are_found_and_nobody_else(case: tuple[int, set[int]]) -> None:
    number, bad = case
    poisoned = lane(count=100, interval=0.0)
    fill(poisoned, number)
    poison = {f"m{n}" for n in bad}
    delivered, refused, requests = server_refusing(poisoned, poison)
    assert sorted(refused) == sorted(poison)
    assert delivered == [f"m{n}" for n in range(number) if n not in bad]
    assert requests <= 2 * len(bad) * math.ceil(math.log2(max(number, 2))) + 1


def test_a_server_that_refuses_most_of_a_batch_is_given_time_and_then_believed() -> None:
    suspect = lane(count=32, interval=0.0)
    fill(suspect, 32)
    now, rounds = 0.0, 0
    while suspect.queue.count:
        if (trip := suspect.next_trip(now)) is None:
            rounds += 1
            assert suspect.books.dropped.total() == 0, "nothing is refused before the third round"
            assert suspect.next_time(now) - now == REST
            now = suspect.next_time(now)
        else:
            suspect.arrived(trip, Outcome(Verdict.SPLIT, "HTTP 400"), now)
    assert (rounds, suspect.books.dropped) == (2, {"bad_request": 32})


def test_what_a_suspect_server_refused_is_not_sent_after_a_later_message_of_its_visitor() -> None:
    """The server refuses 17 of 32, takes m16 meanwhile, which is of the visitor of m0, and then takes everything."""
    suspect = lane(count=32, interval=0.0)
    fill(suspect, 32, visitors=16)
    poison = {*(f"m{n}" for n in range(16)), "m31"}
    delivered: list[str] = []
    refused: list[str] = []
    now = 0.0
    while suspect.queue.count:
        if (trip := suspect.next_trip(now)) is None:
            poison, now = set(), suspect.next_time(now)
            continue
        bad = any(envelope.message_id in poison for envelope in trip.batch.envelopes)
        settled = suspect.arrived(trip, Outcome(Verdict.SPLIT, "HTTP 400") if bad else DELIVERED, now)
        delivered += [envelope.message_id for envelope in settled.delivered]
        refused += [envelope.message_id for _, lost in settled.losses for envelope in lost]
    assert refused == [f"m{n}" for n in range(15)], "m16 to m30 were delivered before"
    assert delivered == [*(f"m{n}" for n in range(16, 31)), "m15", "m31"]


def test_however_long_a_server_was_down_what_comes_when_it_is_back_passes_soon() -> None:
    failing = lane(count=1)
    now = 0.0
    for n in range(200):
        failing.queue.put(Envelope(f"m{n}", f"u{n}", "default", b"{}"))
        failing.arrived(go(failing, now), Outcome(Verdict.RETRY, "HTTP 503"), now)
        assert failing.next_time(now) - now <= REST or not len(failing.queue)
        now = max(now, failing.paused_until)
    failing.queue.put(Envelope("fresh", "somebody new", "default", b"{}"))
    while (trip := go(failing, now)).batch.envelopes[0].message_id != "fresh":
        failing.arrived(trip, DELIVERED, now)
    assert failing.paused_until <= now


def test_a_rate_limit_keeps_requests_apart() -> None:
    slow = lane(count=1, spacing=0.25)
    fill(slow, 2)
    slow.arrived(go(slow, 0.0), DELIVERED, 0.01)
    assert slow.next_trip(0.24) is None
    assert slow.next_time(0.1) == 0.25
    assert slow.next_trip(0.25) is not None
