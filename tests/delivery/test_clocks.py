"""Clocks that jump: waits are measured by the monotonic clock, and the wall clock is only ever shown or sent."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import segment_web
from segment_web.delivery.batcher import Pace
from segment_web.delivery.lane import Lane
from segment_web.delivery.queues.memory import MemoryQueue, QueueBounds
from segment_web.messages.envelope import Envelope
from segment_web.messages.outcome import DELIVERED, Outcome, Verdict
from segment_web.net.retry import RetryPolicy

PACKAGE = Path(segment_web.__file__).parent
WALL_CLOCKS = {("time", "time"), ("time", "time_ns"), ("datetime", "now"), ("datetime", "utcnow"), ("date", "today")}
# Where the wall clock may be read, and what for. Nobody waits by any of these.
ALLOWED = {
    "delivery/delivery.py": 1,  # paused_until, as people read it
    "delivery/transports/http.py": 2,  # sentAt; a Retry-After date of a server that sends no Date
    "net/oauth.py": 1,  # the claims of a signed assertion
}

HOUR = 3_600.0
ROUNDING = 1e-6
jumps = st.lists(st.tuples(st.floats(0, HOUR / 8), st.sampled_from([None, 1.0, 30.0, 1e9, 0.0])), max_size=40)


def readings(source: str) -> int:
    """How often a module names a wall clock."""
    names = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute))
    return sum((node.value.id, node.attr) in WALL_CLOCKS for node in names if isinstance(node.value, ast.Name))


@pytest.mark.parametrize("room", ["delivery", "net"])
def test_the_wall_clock_is_read_only_where_it_is_shown_or_sent(room: str) -> None:
    modules = sorted((PACKAGE / room).rglob("*.py"))
    found = {path.relative_to(PACKAGE).as_posix(): readings(path.read_text("utf-8")) for path in modules}
    assert modules
    assert {name: number for name, number in found.items() if number > ALLOWED.get(name, 0)} == {}


def test_a_reading_of_the_wall_clock_is_noticed() -> None:
    assert (
        readings("import time\nfrom datetime import datetime\ntime.time()\nf(clock=time.time)\ndatetime.now(UTC)") == 3
    )
    assert readings("import time\ntime.monotonic()\nself.clock.now()") == 0


def lane(number: int) -> Lane:
    room = QueueBounds(max_count=100, max_size=10**6, drop_oldest=False)
    made = Lane("default", MemoryQueue(room), Pace(count=1, size=475_000, interval=1.0), RetryPolicy(), lambda: 0.5)
    for n in range(number):
        made.queue.put(Envelope(f"m{n}", f"u{n}", "default", b"{}"))
    return made


@given(jumps)
def test_a_monotonic_clock_that_leaps_makes_no_retry_early_and_loses_nothing(
    jumps: list[tuple[float, float | None]],
) -> None:
    """A machine that slept, or a process that was stopped: time leaps on between any two looks at the clock."""
    leaping, now, closed_until = lane(10), 0.0, 0.0
    for leap, order in jumps:
        now += leap
        if (trip := leaping.next_trip(now)) is not None:
            assert now >= max(closed_until, trip.due)
            leaping.arrived(trip, Outcome(Verdict.RETRY, "HTTP 503", order), now)
            closed_until = max(closed_until, now + min(order, 300.0) if order else 0.0)
    assert leaping.books.dropped.total() == 0
    assert leaping.queue.count == 10


@given(jumps)
def test_after_any_leaps_everything_is_delivered_and_no_wait_is_longer_than_its_cap(
    jumps: list[tuple[float, float | None]],
) -> None:
    leaping, now = lane(10), 0.0
    for leap, order in jumps:
        now += leap
        if (trip := leaping.next_trip(now)) is not None:
            leaping.arrived(trip, Outcome(Verdict.RETRY, "HTTP 503", order), now)
    while leaping.queue.count:
        assert leaping.next_time(now) - now <= 300.0 + ROUNDING
        now = max(now, leaping.next_time(now))
        trip = leaping.next_trip(now)
        assert trip is not None, "it asked to be woken and had nothing to do"
        leaping.arrived(trip, DELIVERED, now)
    assert leaping.books.delivered == 10
