"""An error anywhere in a lane's bookkeeping, of memory for example, loses no message and no count."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import count
from types import FrameType
from typing import Any

import pytest

import segment_web.delivery as room
from segment_web.delivery.batcher import Pace
from segment_web.delivery.lane import Lane
from segment_web.delivery.queues.memory import MemoryQueue, QueueBounds
from segment_web.messages.envelope import Batch, Envelope
from segment_web.messages.outcome import Outcome, Verdict
from segment_web.net.retry import RetryPolicy

FOLDER = room.__path__[0]
Answer = Callable[[Batch], Outcome]

pytestmark = pytest.mark.once


class Fault:
    """Raises a MemoryError at one line of the package's delivery, the ``at``-th that runs."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, frame: FrameType, event: str, argument: object) -> Any:
        if not frame.f_code.co_filename.startswith(FOLDER) or frame.f_code.co_name == "recover":
            return None
        if event == "line":
            self.left -= 1
            if self.left == 0:
                raise MemoryError
        return self


def delivers(batch: Batch) -> Outcome:
    return Outcome(Verdict.DELIVERED, "HTTP 200")


def finds_a_culprit(batch: Batch) -> Outcome:
    bad = any(envelope.message_id in ("3", "4") for envelope in batch.envelopes)
    return Outcome(Verdict.SPLIT if bad else Verdict.DELIVERED, "HTTP 400")


def refuses(batch: Batch) -> Outcome:
    return Outcome(Verdict.REFUSE, "HTTP 501")


def refuses_most(batch: Batch) -> Outcome:
    return Outcome(Verdict.SPLIT, "HTTP 400")


def recovers(number: int = 2) -> Answer:
    answers = iter([Outcome(Verdict.RETRY, "HTTP 500")] * number)
    return lambda batch: next(answers, None) or delivers(batch)


def run(answer: Answer, fault: Fault, messages: int) -> tuple[Lane, list[str], int]:
    """Deliver with one fault; the ids that were sent and answered for good, and the faults that were met."""
    bounds = QueueBounds(max_count=100, max_size=10**6, drop_oldest=False)
    lane = Lane("default", MemoryQueue(bounds), Pace(count=5, size=475_000, interval=0), RetryPolicy(), lambda: 0.5)
    done: list[str] = []
    now, faults, tracer = 0.0, 0, sys.gettrace()
    for number in range(messages):
        lane.queue.put(Envelope(str(number), f"u{number % 3}", "default", b"%d" % number))
    while lane.queue.count:
        now += 1
        try:
            sys.settrace(fault)
            trip = lane.next_trip(now)
            sys.settrace(tracer)
            if trip is None:
                continue
            outcome = answer(trip.batch)
            done += [envelope.message_id for envelope in trip.batch.envelopes if outcome.verdict is Verdict.DELIVERED]
            sys.settrace(fault)
            lane.arrived(trip, outcome, now)
        except MemoryError:
            sys.settrace(tracer)
            faults += 1
            lane.recover(now)
        finally:
            sys.settrace(tracer)
        assert now < 1_000, "what was interrupted is never sent again"
    return lane, done, faults


def in_order(done: list[str]) -> bool:
    """Whether each visitor's messages arrived in their order; what came twice counts once."""
    once = [int(number) for number in dict.fromkeys(done)]
    return all([n for n in once if n % 3 == who] == sorted(n for n in once if n % 3 == who) for who in range(3))


@pytest.mark.parametrize(
    ("answer", "messages"),
    [
        (lambda: delivers, 6),
        (recovers, 6),
        (lambda: refuses, 3),
        (lambda: finds_a_culprit, 5),
        (lambda: refuses_most, 5),
    ],
    ids=["delivered", "retried", "refused", "two culprits", "all culprits"],
)
def test_an_error_at_any_line_loses_no_message_and_no_count(answer: Callable[[], Answer], messages: int) -> None:
    whole, sent, _ = run(answer(), Fault(0), messages)
    for at in count(1):
        lane, done, faults = run(answer(), Fault(at), messages)
        stats = lane.books
        assert (stats.delivered, stats.dropped) == (whole.books.delivered, whole.books.dropped), at
        assert (lane.queue.room.count, lane.queue.room.size, lane.queue.waiting_size) == (0, 0, 0), at
        assert set(done) == set(sent), at
        assert in_order(done), at
        if not faults:
            break
    assert at > 50
