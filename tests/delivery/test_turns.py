"""One worker, several sources: they take turns, so that a busy one does not starve the others."""

from __future__ import annotations

import threading
from collections.abc import Callable

from segment_web.delivery.batcher import Pace
from segment_web.delivery.in_flight import InFlightBatch
from segment_web.delivery.lane import Lane
from segment_web.delivery.queues.memory import MemoryQueue, QueueBounds
from segment_web.delivery.worker import Worker
from segment_web.messages.envelope import Envelope
from segment_web.messages.outcome import DELIVERED, Outcome
from segment_web.net.retry import RetryPolicy

BACKLOG = 4
SOURCES = ("busy", "quiet", "third")


def lane(source: str) -> Lane:
    room = QueueBounds(max_count=100, max_size=10**6, drop_oldest=False)
    made = Lane(source, MemoryQueue(room), Pace(count=1, size=475_000, interval=0.0), RetryPolicy(), lambda: 0.5)
    for n in range(BACKLOG):
        made.queue.put(Envelope(f"{source}.{n}", source, source, b"{}"))
    return made


def test_sources_with_a_backlog_take_turns() -> None:
    order: list[str] = []

    def carry(trip: InFlightBatch) -> Outcome:
        order.append(trip.batch.source)
        return DELIVERED

    def book(lane: Lane, trip: InFlightBatch, outcome: Outcome) -> Callable[[], None]:
        lane.arrived(trip, outcome, 0.0)
        return lambda: None

    worker = Worker(
        tuple(map(lane, SOURCES)),
        threading.Condition(),
        clock=lambda: 0.0,
        carry=carry,
        book=book,
        ended=lambda worker: None,
    )
    worker.run_until(1.0)
    assert order == [*SOURCES] * BACKLOG
