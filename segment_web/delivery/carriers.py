"""The transports of a delivery, one for each source, made in the process that uses them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress

from segment_web.delivery.in_flight import InFlightBatch
from segment_web.delivery.transports.transport import Transport
from segment_web.errors import ConfigError
from segment_web.logs import internal_error
from segment_web.messages.outcome import Outcome, Verdict
from segment_web.process import fork_lock


class Carriers:
    """``make`` imports and builds the transports by source."""

    def __init__(self, make: Callable[[], Mapping[str, Transport]]) -> None:
        self._make = make
        self._transports: Mapping[str, Transport] | None = None

    def prepare(self) -> None:
        """Make the transports; the lock keeps a fork from happening in the middle of an import."""
        with fork_lock.loading:
            if self._transports is None:
                self._transports = self._make()

    def try_to_prepare(self) -> None:
        """Make the transports; if that fails, :meth:`carry` makes them for each batch."""
        with suppress(Exception):
            self.prepare()

    def carry(self, trip: InFlightBatch) -> Outcome:
        """Make one trip. If the transports could not be made before, make them now."""
        if self._transports is None:
            try:
                self.prepare()
            except ConfigError as error:  # a file of certificates that is gone: keep the messages until it is back
                return Outcome(Verdict.PAUSE, "ConfigError", cure=str(error))
        assert self._transports is not None, "prepare() makes them"
        return self._transports[trip.batch.source].deliver(trip.batch)

    def tell(self, name: str, *arguments: object) -> None:
        """Call this method of every transport that has it."""
        for transport in (self._transports or {}).values():
            try:
                if (method := getattr(transport, name, None)) is not None:
                    method(*arguments)
            except Exception as error:  # noqa: BLE001 - a broken transport keeps nothing from ending or beginning anew
                internal_error(f"transport.{name}()", error)
