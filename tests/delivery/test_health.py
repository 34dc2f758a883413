"""Health: what the books say, told without a flutter and never before there is anything to tell."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from segment_web import Analytics
from segment_web.delivery.books import Skipped, summed
from segment_web.delivery.health import Health, health_of
from segment_web.delivery.lane import Lane
from segment_web.messages.outcome import DELIVERED, Outcome, Verdict
from tests.delivery.test_lane import fill, go, lane

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
DOWN = Outcome(Verdict.RETRY, "HTTP 503")
WRONG_KEY = Outcome(Verdict.PAUSE, "HTTP 401")


def health(lane: Lane, now: float, *, share: float = 0.0) -> Health:
    books = {"default": lane.stats(now, NOON)}
    return health_of(summed(Skipped(), books, queue_share=share, halted=None), interval=1.0)


def told(health: Health) -> tuple[str, list[str]]:
    return health.status, [reason.name for reason in health.reasons]


def test_who_has_said_nothing_is_well() -> None:
    assert told(health(lane(), 10_000.0)) == ("ok", [])


@pytest.mark.parametrize("outcome", [DOWN, WRONG_KEY])
def test_a_failure_is_degraded_then_failing_and_over_with_the_first_delivery(outcome: Outcome) -> None:
    failing = lane(count=1)
    fill(failing, 1)
    trip = go(failing, 0.0)
    failing.arrived(trip, outcome, 1.0)
    # Every second, while pauses of our own begin and end and another try fails.
    assert {told(health(failing, second))[0] for second in range(2, 31)} == {"degraded"}
    failing.arrived(go(failing, 30.0), outcome, 31.0)
    assert {told(health(failing, second))[0] for second in range(31, 61)} == {"degraded"}
    assert health(failing, 61.0).stats.failing_seconds == 60.0, "since the first failure, not the last"
    assert told(health(failing, 62.0)) == ("degraded", ["undelivered", "late"])
    assert told(health(failing, 301.0)) == ("failing", ["undelivered", "late"])
    failing.arrived(go(failing, 302.0), DELIVERED, 303.0)
    assert told(health(failing, 304.0)) == ("ok", [])


def test_a_failure_that_left_nothing_to_deliver_is_no_alarm() -> None:
    refused = lane(count=1)
    fill(refused, 1)
    refused.arrived(go(refused, 0.0), Outcome(Verdict.REFUSE, "HTTP 405"), 1.0)
    assert told(health(refused, 9_999.0)) == ("degraded", ["undelivered"])


def test_one_message_at_fault_says_nothing_about_the_way() -> None:
    at_fault = lane(count=1)
    fill(at_fault, 1)
    at_fault.arrived(go(at_fault, 0.0), Outcome(Verdict.SPLIT, "HTTP 400"), 1.0)
    assert told(health(at_fault, 99.0)) == ("ok", [])


def test_a_message_that_waits_for_company_is_not_late() -> None:
    patient = lane(interval=60.0)
    fill(patient, 1)
    books = {"default": patient.stats(100.0, NOON)}
    stats = summed(Skipped(), books, queue_share=0.0, halted=None)
    assert told(health_of(stats, interval=60.0)) == ("ok", [])
    assert told(health_of(stats, interval=1.0)) == ("degraded", ["late"])


@pytest.mark.parametrize(
    ("share", "said"), [(0.79, ("ok", [])), (0.8, ("degraded", ["queue_filling"])), (1.0, ("failing", ["queue_full"]))]
)
def test_a_queue_that_fills_is_told_before_it_is_full(share: float, said: tuple[str, list[str]]) -> None:
    assert told(health(lane(), 0.0, share=share)) == said


def test_a_dead_worker_is_shown_as_failing() -> None:
    books = {"default": lane().stats(0.0, NOON)}
    dead = health_of(summed(Skipped(), books, queue_share=0.0, halted="the thread that delivers has died"))
    assert told(dead) == ("failing", ["halted"])
    assert "the thread that delivers has died" in str(dead.as_json())


def test_without_a_key_nothing_is_recorded_which_is_told_and_switched_off_is_well() -> None:
    assert told(Analytics().health()) == ("degraded", ["not_configured"])
    assert told(Analytics(enabled=False).health()) == ("ok", [])
