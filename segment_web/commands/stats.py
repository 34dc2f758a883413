"""``stats``: what became of the messages of this very process."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from segment_web.commands.command import Host, ProjectCommand
from segment_web.commands.output import Output, Style
from segment_web.delivery.books import SourceStats, Stats


@dataclass(frozen=True, slots=True)
class Counts:
    """The books of one client; showing them is no failure, whatever they say."""

    stats: Stats

    @property
    def exit_code(self) -> int:
        """Always 0."""
        return 0

    def lines(self, output: Output) -> Iterable[str]:
        """A line for each number, drop reasons on lines of their own; then, where there are several, each source."""
        yield output.styled("Counts of this process alone; every worker of a server keeps its own.", Style.FAINT)
        for name, value in asdict(self.stats).items():
            if name == "dropped":
                yield f"{name:<24}{sum(value.values())}"
                yield from (f"  {reason:<22}{count}" for reason, count in sorted(value.items()))
            elif name != "sources":
                yield f"{name:<24}{'-' if value is None else output.styled(value, Style.STRONG)}"

        if len(self.stats.sources) > 1:
            yield from (f"source {alias:<17}{booked(source)}" for alias, source in self.stats.sources.items())

    def as_json(self) -> Mapping[str, Any]:
        """The fields of Stats; times as ISO-8601."""
        return asdict(self.stats)


def booked(source: SourceStats) -> str:
    """The books of one source in a line."""
    dropped = sum(source.dropped.values())
    return f"accepted {source.accepted}, delivered {source.delivered}, dropped {dropped}, pending {source.pending}"


def add_arguments(parser: ArgumentParser) -> None:
    pass


def run(options: Namespace, host: Host, output: Output) -> Counts:
    counts = Counts(host.client().stats())
    output.show(counts)
    return counts


STATS = ProjectCommand("stats", "print the counts of this process's client", add_arguments, run)
