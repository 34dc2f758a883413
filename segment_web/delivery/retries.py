"""The batches that wait beside the queue for another try, one visitor's messages always in their order."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import replace

from segment_web.delivery.batcher import fitting
from segment_web.delivery.in_flight import Bisection, InFlightBatch
from segment_web.messages.envelope import Batch, Envelope


class Retries:
    """Trips by position. One that shares a visitor with an earlier one may not go before it; nobody else waits."""

    def __init__(self, *, count: int, size: int) -> None:
        self._trips: list[InFlightBatch] = []
        self._count = count
        self._size = size

    def __iter__(self) -> Iterator[InFlightBatch]:
        return iter(self._trips)

    def __len__(self) -> int:
        return len(self._trips)

    def add(self, *trips: InFlightBatch) -> None:
        self.reset([*self._trips, *trips])

    def reset(self, trips: list[InFlightBatch]) -> None:
        """Have these trips wait, and no others."""
        self._trips = sorted(trips, key=lambda trip: trip.position)

    def pop(self, trip: InFlightBatch) -> InFlightBatch:
        self._trips.remove(trip)
        return trip

    def free(self) -> Iterator[InFlightBatch]:
        """The trips that wait for nothing but their time."""
        before: set[str] = set()
        for trip in self._trips:
            if before.isdisjoint(trip.keys):
                yield trip
            before |= trip.keys

    def hold_back(self, trip: InFlightBatch) -> None:
        """Take from a fresh trip the messages of visitors with earlier ones here: all of them, or none on an error."""
        if not self._trips:
            return
        fresh: list[Envelope] = []
        behind: dict[InFlightBatch, list[Envelope]] = {}
        for envelope in trip.batch.envelopes:
            last = self._last_with(envelope.user_key)
            (fresh if last is None else behind.setdefault(last, [])).append(envelope)
        trips = list(self._trips)
        for last, envelopes in behind.items():
            self._put_behind(trips, last, replace(trip, batch=Batch(trip.batch.source, tuple(envelopes))))
        trips.sort(key=lambda trip: trip.position)
        self._trips, trip.batch = trips, trip.batch._replace(envelopes=tuple(fresh))

    def forget(self, keys: Set[str]) -> list[Envelope]:
        """Takes these visitors' messages out; a trip with nothing left is over."""
        left = [envelope for trip in self._trips for envelope in trip.forget(keys)]
        self._trips = [trip for trip in self._trips if trip.batch.envelopes]
        return left

    def of(self, search: Bisection) -> list[InFlightBatch]:
        """The trips that still belong to a search."""
        return [trip for trip in self._trips if trip.bisection is search]

    def _fits(self, envelopes: tuple[Envelope, ...]) -> bool:
        sizes = (len(envelope.body) for envelope in envelopes)
        return fitting(sizes, count=self._count, size=self._size) == len(envelopes)

    def _last_with(self, key: str) -> InFlightBatch | None:
        return next((trip for trip in reversed(self._trips) if key in trip.keys), None)

    def _put_behind(self, trips: list[InFlightBatch], last: InFlightBatch, trip: InFlightBatch) -> None:
        """Add the trip, to the last one of the same visitors if there is room: many small trips would be slow."""
        together = last.batch.envelopes + trip.batch.envelopes
        if last.is_untried and self._fits(together):
            trips[trips.index(last)] = replace(last, batch=last.batch._replace(envelopes=together))
        else:
            trips.append(trip)
