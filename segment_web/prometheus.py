"""The books for Prometheus, read anew at each scrape: ``REGISTRY.register(SegmentCollector())``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from typing import Final, NamedTuple

from segment_web import current
from segment_web.client import Analytics
from segment_web.delivery.books import SourceStats, Stats
from segment_web.errors import MissingExtra

if find_spec("prometheus_client") is None:
    raise MissingExtra("segment_web.prometheus", "prometheus")

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

Sample = tuple[tuple[str, ...], float]  # the labels' values, and the number


class SegmentCollector(Collector):
    """Everything of ``stats()`` of one client in this process; None is the current one, looked up at each scrape.

    Give the client where a process has several (Flask: ``segment.client``); a registry has room for one collector.
    """

    def __init__(self, client: Analytics | None = None) -> None:
        self._client = client

    def describe(self) -> Iterable[Metric]:
        """The names alone: the client need not be there yet when the collector is registered."""
        return [family.empty() for family in FAMILIES]

    def collect(self) -> Iterable[Metric]:
        """The books at this moment."""
        stats = (self._client or current.client()).stats()
        return [family.filled(stats) for family in FAMILIES]


class Family(NamedTuple):
    """One metric: ``samples`` reads it from the books."""

    kind: type[CounterMetricFamily | GaugeMetricFamily]
    name: str
    meaning: str
    labels: tuple[str, ...]
    samples: Callable[[Stats], Iterable[Sample]]

    def empty(self) -> CounterMetricFamily | GaugeMetricFamily:
        """The metric without numbers."""
        return self.kind(f"segment_web_{self.name}", self.meaning, labels=self.labels)

    def filled(self, stats: Stats) -> Metric:
        """The metric with its numbers."""
        metric = self.empty()
        for labels, value in self.samples(stats):
            metric.add_metric(labels, value)
        return metric


def each(value: Callable[[SourceStats], float]) -> Callable[[Stats], Iterator[Sample]]:
    """One number for each source."""
    return lambda stats: (((alias,), value(source)) for alias, source in stats.sources.items())


def whole(value: Callable[[Stats], float]) -> Callable[[Stats], Iterator[Sample]]:
    """One number for the client."""
    return lambda stats: iter([((), value(stats))])


def dropped(stats: Stats) -> Iterator[Sample]:
    """What was accepted and then given up."""
    for alias, source in stats.sources.items():
        yield from (((alias, reason), count) for reason, count in source.dropped.items())


def skipped(stats: Stats) -> Iterator[Sample]:
    """What was never accepted: all that is dropped and stands in no source's own books."""
    counts = Counter(stats.dropped)
    for source in stats.sources.values():
        counts.subtract(source.dropped)
    yield from (((reason,), count) for reason, count in counts.items() if count)


SOURCE = ("source",)
C, G = CounterMetricFamily, GaugeMetricFamily  # whose names get the ending _total, and those that go up and down
FAMILIES: Final = (
    Family(C, "messages_accepted", "Messages taken into the queue.", SOURCE, each(lambda source: source.accepted)),
    Family(C, "messages_delivered", "Messages that the server took.", SOURCE, each(lambda source: source.delivered)),
    Family(C, "messages_retried", "Messages put back for another try.", SOURCE, each(lambda source: source.retried)),
    Family(C, "messages_dropped", "Accepted messages that were given up.", (*SOURCE, "reason"), dropped),
    Family(C, "messages_skipped", "Messages that were never accepted.", ("reason",), skipped),
    Family(C, "values_marked", "Values without a JSON form.", (), whole(lambda stats: stats.marked)),
    Family(C, "sent_bytes", "Bytes of requests' bodies.", SOURCE, each(lambda source: source.bytes_sent)),
    Family(G, "messages_pending", "Messages not settled yet.", SOURCE, each(lambda source: source.pending)),
    Family(
        G,
        "oldest_pending_seconds",
        "Age of the oldest message that is not settled.",
        SOURCE,
        each(lambda source: source.oldest_pending_seconds),
    ),
    Family(
        G,
        "failing_seconds",
        "Time since the first of the attempts that failed in a row.",
        SOURCE,
        each(lambda source: source.failing_seconds),
    ),
    Family(
        G,
        "paused",
        "1 while nothing is sent to a source.",
        SOURCE,
        each(lambda source: source.paused_until is not None),
    ),
    Family(G, "queue_ratio", "How full the queue is, 1 when nothing fits.", (), whole(lambda stats: stats.queue_share)),
    Family(
        G, "halted", "1 when nothing will be delivered any more.", (), whole(lambda stats: stats.halted is not None)
    ),
)
