"""The retry policy spends its budgets to the second and never more."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segment_web.net.retry import RETRY_AFTER_CAP, WAIT_FLOOR, Attempts, GiveUp, Retry, RetryPolicy

HOURS_12 = 43_200.0


class Step(NamedTuple):
    """A failure at ``now`` with the history before it, and what was decided."""

    now: float
    history: Attempts
    decision: Retry | GiveUp


def episode(
    policy: RetryPolicy, orders: Iterator[float | None], *, start: float = 0.0, latency: float = 1.0, seed: int = 0
) -> list[Step]:
    """A batch that fails at every attempt until the policy gives up; ``orders`` are the server's waits."""
    steps: list[Step] = []
    history, now, jitter = Attempts(), start, Random(seed).random
    for order in orders:
        now += latency
        decision = policy.decide(history, now=now, retry_after=order, jitter=jitter)
        steps.append(Step(now, history, decision))
        if isinstance(decision, GiveUp):
            break
        history = history.after(decision, now=now)
        now += decision.wait
    return steps


def always(order: float | None) -> Iterator[float | None]:
    while True:
        yield order


orders_of_a_server = st.lists(st.none() | st.floats(0.1, 1_000), max_size=60)
clocks = st.sampled_from([0.0, 1.5, 1e6])  # monotonic clocks begin anywhere


def test_the_ceiling_doubles_from_half_a_second_to_a_minute() -> None:
    policy, nearly_one = RetryPolicy(), lambda: 1.0
    waits = []
    for counted in range(10):
        decision = policy.decide(Attempts(counted, counted, 0.0), now=0.0, retry_after=None, jitter=nearly_one)
        assert isinstance(decision, Retry)
        waits.append(decision.wait)
    assert waits == [0.5, 1, 2, 4, 8, 16, 32, 60, 60, 60]


@given(st.integers(0, 100_000), st.floats(0, 1, exclude_max=True))
def test_jitter_is_full_but_never_below_the_floor(counted: int, drawn: float) -> None:
    decision = RetryPolicy().decide(Attempts(counted, counted, 0.0), now=0.0, retry_after=None, jitter=lambda: drawn)
    ceiling = 60.0 if counted >= 7 else 0.5 * 2**counted
    assert decision == Retry(max(drawn * ceiling, WAIT_FLOOR), counted=True)


@given(st.floats(0.001, 10_000), st.integers(0, 100))
def test_an_ordered_wait_is_kept_to_the_second_and_not_counted(order: float, counted: int) -> None:
    history = Attempts(counted, counted, 0.0)
    decision = RetryPolicy(max_retries=200).decide(history, now=5.0, retry_after=order, jitter=lambda: 0.5)
    assert decision == Retry(max(WAIT_FLOOR, min(order, RETRY_AFTER_CAP)), counted=False)


@given(st.none() | st.floats(0.1, 300))
def test_no_retries_means_none_ordered_ones_included(order: float | None) -> None:
    [only] = episode(RetryPolicy(max_retries=0), always(order))
    assert only.decision == GiveUp("retries_off")


@given(st.integers(1, 30), st.integers())
def test_a_number_of_retries_is_spent_exactly(max_retries: int, seed: int) -> None:
    steps = episode(RetryPolicy(max_retries=max_retries), always(None), seed=seed)
    assert len(steps) == max_retries + 1
    assert steps[-1].decision == GiveUp("retries_spent")


@given(st.integers(1, 30), orders_of_a_server)
def test_one_batch_is_never_sent_more_than_its_retries_and_twenty(max_retries: int, orders: list[float | None]) -> None:
    server = iter([*orders, *[0.1] * 100])
    steps = episode(RetryPolicy(max_retries=max_retries), server)
    assert len(steps) <= max_retries + 20
    assert isinstance(steps[-1].decision, GiveUp)


@given(clocks, st.floats(0.001, 30), st.integers())
def test_a_dead_server_is_tried_for_twelve_hours_from_the_first_failure(
    start: float, latency: float, seed: int
) -> None:
    steps = episode(RetryPolicy(), always(None), start=start, latency=latency, seed=seed)
    first, last = steps[0].now, steps[-1].now
    assert steps[-1].decision == GiveUp("budget_spent")
    assert HOURS_12 - 60 - latency <= last - first <= HOURS_12 + latency


def test_ordered_waits_have_a_budget_of_their_own() -> None:
    late = Attempts(sent=500, counted=500, first_counted_at=0.0, first_ordered_at=40_000.0)
    policy = RetryPolicy()
    assert policy.decide(late, now=43_190.0, retry_after=300.0, jitter=lambda: 0.5) == Retry(300.0, counted=False)
    assert policy.decide(late, now=43_190.0, retry_after=None, jitter=lambda: 0.5) == GiveUp("budget_spent")
    assert policy.decide(late, now=83_000.0, retry_after=300.0, jitter=lambda: 0.5) == GiveUp("ordered_budget_spent")


def test_a_server_that_orders_waits_for_ever_is_left_after_twelve_hours() -> None:
    steps = episode(RetryPolicy(), always(300.0))
    assert steps[-1].decision == GiveUp("ordered_budget_spent")
    assert steps[-1].now - steps[0].now <= HOURS_12 + 1.0


@given(orders_of_a_server, clocks, st.floats(1, 5_000), st.integers())
def test_no_wait_begins_that_would_outlast_its_budget(
    orders: list[float | None], start: float, budget: float, seed: int
) -> None:
    steps = episode(RetryPolicy(budget=budget), iter(orders), start=start, seed=seed)
    for counted in (True, False):
        waits = [(s.now, s.decision) for s in steps if isinstance(s.decision, Retry) and s.decision.counted is counted]
        assert all(now + retry.wait <= waits[0][0] + budget for now, retry in waits)


def test_a_wait_that_does_not_fit_ends_the_episode_and_is_not_shortened() -> None:
    history = Attempts(sent=3, counted=3, first_counted_at=100.0)
    policy = RetryPolicy(budget=10.0)
    assert policy.decide(history, now=106.0, retry_after=None, jitter=lambda: 0.99) == Retry(3.96, counted=True)
    assert policy.decide(history, now=106.1, retry_after=None, jitter=lambda: 0.99) == GiveUp("budget_spent")


@given(orders_of_a_server, st.floats(0, 1e6), st.integers())
def test_decisions_depend_on_the_time_passed_and_not_on_the_clock_s_reading(
    orders: list[float | None], start: float, seed: int
) -> None:
    start = float(round(start))  # whole seconds and quarters add up exactly, so that the comparison may be exact
    whole = [None if order is None else float(round(order + 1)) for order in orders]
    policy = RetryPolicy(base=1024.0, cap=16.0)
    here = episode(policy, iter(whole), start=0.0, seed=seed)
    there = episode(policy, iter(whole), start=start, seed=seed)
    assert [step.decision for step in here] == [step.decision for step in there]


@pytest.mark.parametrize("counted", [True, False])
def test_the_history_starts_each_budget_once(counted: bool) -> None:
    once = Attempts().after(Retry(1.0, counted=counted), now=10.0)
    twice = once.after(Retry(1.0, counted=counted), now=20.0)
    assert (once.sent, twice.sent) == (1, 2)
    assert twice.counted == (2 if counted else 0)
    assert (twice.first_counted_at, twice.first_ordered_at) == ((10.0, None) if counted else (None, 10.0))
