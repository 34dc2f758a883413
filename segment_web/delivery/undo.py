"""Undo of a decision about trips that an error has interrupted."""

from __future__ import annotations

from segment_web.delivery.in_flight import InFlightBatch
from segment_web.delivery.retries import Retries


class Undo:
    """The state of all trips of a lane when this was made; :meth:`restore` brings it back."""

    def __init__(self, waiting: Retries, guilty: list[InFlightBatch], travelling: InFlightBatch) -> None:
        self._waiting, self._trips_waiting = waiting, list(waiting)
        self._guilty, self._trips_guilty = guilty, list(guilty)
        trips = [*waiting, *guilty, travelling]
        self._fields = [(trip, trip.batch, trip.attempts, trip.due, trip.bisection) for trip in trips]
        self._searches = [(search, list(search.guilty)) for trip in trips if (search := trip.bisection) is not None]

    def restore(self) -> None:
        """Have every trip be where it was, with what it carried."""
        for trip, batch, attempts, due, bisection in self._fields:
            trip.restore(batch, attempts, due, bisection)
        for search, found in self._searches:
            search.guilty = found
        self._guilty[:] = self._trips_guilty
        self._waiting.reset(self._trips_waiting)
