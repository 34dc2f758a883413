"""A deadline is one span for all calls, and can be ended from outside."""

from __future__ import annotations

import pytest

from segment_web.net.deadline import Deadline


class Clock:
    """Monotonic seconds that pass when told to."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Line:
    """Something that can be severed, and counts it."""

    severed = 0

    def sever(self) -> None:
        self.severed += 1


def test_all_calls_share_one_span() -> None:
    clock = Clock()
    deadline = Deadline(10.0, clock)
    assert deadline.claim(Line(), None) == 10.0
    clock.now += 7
    assert deadline.claim(Line(), None) == 3.0
    assert deadline.claim(Line(), 2.0) == 2.0
    clock.now += 3
    with pytest.raises(TimeoutError):
        deadline.claim(Line(), 2.0)


def test_what_is_paused_is_not_counted() -> None:
    clock = Clock()
    deadline = Deadline(10.0, clock)
    with deadline.paused():
        clock.now += 60
    assert deadline.claim(Line(), None) == 10.0


def test_cancelling_severs_the_latest_line_and_allows_no_other() -> None:
    deadline, first, second = Deadline(10.0, Clock()), Line(), Line()
    deadline.claim(first, None)
    deadline.claim(second, None)
    deadline.cancel()
    assert (first.severed, second.severed) == (0, 1)
    with pytest.raises(TimeoutError):
        deadline.claim(first, None)


def test_a_pause_cannot_undo_a_cancellation() -> None:
    clock = Clock()
    deadline = Deadline(10.0, clock)
    with deadline.paused():
        deadline.cancel()
        clock.now += 5
    with pytest.raises(TimeoutError):
        deadline.claim(Line(), None)
