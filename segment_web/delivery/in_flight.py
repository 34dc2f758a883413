"""A batch on its way, with its history; and what is known of a batch that was refused and is being halved."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field

from segment_web.messages.envelope import Batch, Envelope
from segment_web.messages.outcome import Outcome
from segment_web.messages.reasons import Drop, DropReason
from segment_web.net.retry import Attempts

SUSPECT_SIZE = 16  # a batch of fewer says nothing about the server when half of it is refused
SUSPECT_ROUNDS = 3  # rounds after which even a suspect server is believed


@dataclass(slots=True, eq=False)
class Bisection:
    """The search for culprits in one refused batch of ``size`` messages.

    Those found guilty are kept until the search is over: a server that refuses more than half is the likelier culprit.
    """

    size: int
    round: int = 1
    guilty: list[InFlightBatch] = field(default_factory=list)

    def is_suspect(self, before: int) -> bool:
        """Return True if the server is at fault rather than the messages.

        ``before`` is the number of messages that it refused in a row before this search. Without them, a server that
        refuses everything would never be suspected as long as the batches are small.
        """
        size, guilty = self.size + before, len(self.guilty) + before
        return size >= SUSPECT_SIZE and 2 * guilty > size and self.round < SUSPECT_ROUNDS


@dataclass(slots=True, eq=False)
class InFlightBatch:
    """``position`` is where in the queue its first envelope was, ``since`` when (monotonic seconds) that came, ``due``
    when it may go; ``overtaken``: a later message of its visitor was delivered, so that it would come out of order;
    ``forgotten`` are visitors whose messages are not sent again when it comes back."""

    batch: Batch
    position: int
    since: float
    attempts: Attempts = field(default_factory=Attempts)
    due: float = 0.0
    bisection: Bisection | None = None
    overtaken: bool = False
    forgotten: Set[str] = frozenset()
    _keys: frozenset[str] | None = None

    @property
    def keys(self) -> frozenset[str]:
        """The visitors it carries messages of."""
        if self._keys is None:
            self._keys = frozenset(envelope.user_key for envelope in self.batch.envelopes)
        return self._keys

    @property
    def is_untried(self) -> bool:
        """Whether it never left: more may still be added to it."""
        return self.batch.retries == 0 and self.bisection is None

    def forget(self, keys: Set[str]) -> list[Envelope]:
        """Takes these visitors' messages out."""
        if self.keys.isdisjoint(keys):
            return []
        left = [envelope for envelope in self.batch.envelopes if envelope.user_key in keys]
        kept = tuple(envelope for envelope in self.batch.envelopes if envelope.user_key not in keys)
        self.batch, self._keys = self.batch._replace(envelopes=kept), None
        return left

    def delivered(self, outcome: Outcome) -> Settled:
        """Settle the messages as delivered, except for those that ``outcome`` refuses."""
        envelopes = self.batch.envelopes
        if not outcome.refused:
            return Settled(delivered=envelopes)
        refused = tuple(envelope for envelope in envelopes if envelope.message_id in outcome.refused)
        taken = tuple(envelope for envelope in envelopes if envelope.message_id not in outcome.refused)
        return Settled(delivered=taken, losses=((Drop(DropReason.REFUSED, outcome.detail), refused),))

    def lost(self, drop: Drop) -> Settled:
        """Return that the whole batch is given up."""
        return Settled(losses=((drop, self.batch.envelopes),))

    def restore(self, batch: Batch, attempts: Attempts, due: float, bisection: Bisection | None) -> None:
        """Undo what was changed since these were read."""
        self.batch, self.attempts, self.due, self.bisection, self._keys = batch, attempts, due, bisection, None

    def halves(self) -> tuple[InFlightBatch, InFlightBatch]:
        """Two trips for a refused one, order kept, each a new episode of the same search."""
        source, envelopes, _ = self.batch
        search = self.bisection
        middle = len(envelopes) // 2
        first = InFlightBatch(Batch(source, envelopes[:middle]), self.position, self.since, bisection=search)
        second = InFlightBatch(Batch(source, envelopes[middle:]), self.position + middle, self.since, bisection=search)
        return first, second


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a trip: envelopes that were delivered, and those that were given up, by reason. If ``suspect``, the
    source is paused because the server refused most of the messages."""

    delivered: tuple[Envelope, ...] = ()
    losses: tuple[tuple[Drop, tuple[Envelope, ...]], ...] = ()
    retried: int = 0
    suspect: bool = False
