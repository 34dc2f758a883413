"""Every status with every body and every Retry-After: the table of statuses, and no request inside an ordered window."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import product

import pytest

from segment_web.delivery.batcher import Pace
from segment_web.delivery.lane import REST, Lane
from segment_web.delivery.queues.memory import MemoryQueue, QueueBounds
from segment_web.delivery.transports.http import outcome_of
from segment_web.messages.envelope import Envelope
from segment_web.messages.outcome import DELIVERED
from segment_web.net.retry import RetryPolicy
from segment_web.net.retry_after import parse_retry_after
from segment_web.net.session import RESPONSE_LIMIT, Response

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
BODIES = (b"", b'{"success":true}', b"<html>", b"\xff\x00" * (RESPONSE_LIMIT // 2))
OWN_WAIT = 0.25  # seconds: half of the first back-off, which is what a jitter of a half draws


def http_date(seconds: float) -> str:
    return format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)


# Each form of the header, and the seconds it orders.
ORDERS: dict[str | None, float | None] = {
    None: None,
    "0": None,
    "1": 1.0,
    "5": 5.0,
    http_date(7): 7.0,
    http_date(-7): None,
    "-1": None,
    "1000000000": 300.0,
    "1e9": None,
    "x": None,
}


def expected(status: int) -> str:
    """Promise 5, written down a second time."""
    if status in (400, 413):
        return "split"
    if status in (401, 403, 404, 407) or 300 <= status < 400:
        return "pause"
    if status in (501, 505, 511):
        return "refuse"
    if status in (408, 410, 429, 460) or status < 200 or status >= 500:
        return "retry"
    return "delivered" if status < 300 else "refuse"


def lane_of_two() -> Lane:
    """A lane with two batches of one message, each another visitor's."""
    room = QueueBounds(max_count=10, max_size=10_000, drop_oldest=False)
    lane = Lane("default", MemoryQueue(room), Pace(count=1, size=475_000, interval=0.0), RetryPolicy(), lambda: 0.5)
    lane.queue.put(Envelope("first", "ann", "default", b"{}"))
    lane.queue.put(Envelope("second", "bob", "default", b"{}"))
    return lane


def answer(lane: Lane, status: int, body: bytes, header: str | None, now: float) -> str:
    """Sends what is due at ``now`` and has it answered; the verdict."""
    headers = {"date": http_date(0)} | ({} if header is None else {"retry-after": header})
    outcome = outcome_of(Response(status, headers, body, 0.01), 100)
    trip = lane.next_trip(now)
    assert trip is not None
    lane.arrived(trip, outcome, now)
    return outcome.verdict


@pytest.mark.parametrize(("header", "ordered"), ORDERS.items())
def test_the_table(header: str | None, ordered: float | None) -> None:
    for status, body in product(range(100, 600), BODIES):
        lane = lane_of_two()
        verdict = answer(lane, status, body, header, now=1000.0)
        assert verdict == expected(status), status
        books, rests = lane.books, round(lane.paused_until - 1000.0, 6)
        assert (books.delivered, books.dropped.total(), lane.queue.count) == {
            "delivered": (1, 0, 1),
            "retry": (0, 0, 2),
            "pause": (0, 0, 2),
            "split": (0, 1, 1),  # alone it is the culprit
            "refuse": (0, 1, 1),
        }[verdict], status
        assert rests == {"pause": REST, "retry": ordered or -1000.0}.get(verdict, -1000.0), status


@pytest.mark.parametrize(("header", "ordered"), [(header, wait) for header, wait in ORDERS.items() if wait])
def test_nothing_leaves_inside_an_ordered_window(header: str, ordered: float) -> None:
    for status in [status for status in range(100, 600) if expected(status) == "retry"]:
        lane = lane_of_two()
        answer(lane, status, b"", header, now=1000.0)
        lane.hurry()  # even at the end of the process
        assert lane.next_trip(1000.0 + ordered - 0.001) is None, status
        assert lane.next_time(1000.0) == 1000.0 + ordered, status
        assert lane.next_trip(1000.0 + ordered) is not None, status


@pytest.mark.parametrize("header", [header for header, wait in ORDERS.items() if not wait])
def test_without_a_usable_order_only_the_batch_that_failed_waits(header: str | None) -> None:
    lane = lane_of_two()
    answer(lane, 503, b"", header, now=1000.0)
    fresh = lane.next_trip(1000.0)
    assert fresh is not None
    assert [envelope.message_id for envelope in fresh.batch.envelopes] == ["second"]
    lane.arrived(fresh, DELIVERED, 1000.0)
    assert lane.next_time(1000.0) == 1000.0 + OWN_WAIT


def test_a_window_holds_for_the_source_also_when_its_batch_is_given_up() -> None:
    room = QueueBounds(max_count=10, max_size=10_000, drop_oldest=False)
    pace = Pace(count=1, size=475_000, interval=0.0)
    lane = Lane("default", MemoryQueue(room), pace, RetryPolicy(max_retries=0), lambda: 0.5)
    for who in ("ann", "bob"):
        lane.queue.put(Envelope(who, who, "default", b"{}"))
    answer(lane, 429, b"", "30", now=1000.0)
    assert lane.books.dropped == {"retries_exhausted": 1}
    assert lane.next_trip(1029.9) is None
    assert lane.next_trip(1030.0) is not None


def test_a_longer_window_is_not_shortened_by_a_later_answer() -> None:
    lane = lane_of_two()
    answer(lane, 429, b"", "30", now=1000.0)
    answer(lane, 429, b"", "1", now=1030.0)
    assert lane.next_time(1030.0) == 1031.0


@pytest.mark.parametrize("years", [-10, 10])
def test_a_wrong_clock_changes_no_window(years: int) -> None:
    """The server's date is read against the server's own clock."""
    ours = NOW + timedelta(days=365 * years)
    assert parse_retry_after({"retry-after": http_date(7), "date": http_date(0)}, ours) == 7.0
