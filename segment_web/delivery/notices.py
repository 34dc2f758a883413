"""Who is told what became of messages: the log, and every observer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from segment_web.delivery.in_flight import Settled
from segment_web.delivery.troubles import SUSPECT, log_lost, log_trouble
from segment_web.logs import internal_error
from segment_web.messages.envelope import Batch, Envelope
from segment_web.messages.observer import Observer
from segment_web.messages.outcome import Outcome, Verdict
from segment_web.messages.reasons import Drop


class Notices:
    """Never called with a lock held: observers are the application's code.

    ``contains`` decides whether an error of an observer ends here or goes to the caller.
    """

    def __init__(self, observers: Sequence[Observer], contains: Callable[[BaseException], bool]) -> None:
        self._observers = observers
        self._contains = contains

    def notify(self, event: str, *arguments: object) -> None:
        """Call the method ``event`` of every observer that has it; log what it raises and go on."""
        for observer in self._observers:
            try:
                if (method := getattr(observer, event, None)) is not None:
                    method(*arguments)
            except BaseException as error:
                if not self._contains(error):
                    raise
                internal_error("observer", error)

    def settled(self, batch: Batch, outcome: Outcome, settled: Settled) -> None:
        """A batch has come back."""
        log_trouble(batch.source, outcome._replace(verdict=Verdict.PAUSE, cure=SUSPECT) if settled.suspect else outcome)
        if settled.delivered:
            self.notify("batch_delivered", batch._replace(envelopes=settled.delivered), outcome)
        for drop, envelopes in settled.losses:
            self.lost(drop, envelopes, outcome)

    def lost(self, drop: Drop, envelopes: Sequence[Envelope], outcome: Outcome) -> None:
        """Accepted messages were given up."""
        log_lost(drop, len(envelopes))
        self.notify("batch_refused", envelopes, drop, outcome)
