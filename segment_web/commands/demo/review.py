"""The outcome of a walk: a table of what arrived, and a line for each expectation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from segment_web.commands.demo.evidence import Evidence, Said
from segment_web.commands.demo.expectations import examine
from segment_web.commands.findings import Level, error
from segment_web.commands.output import Output, Style
from segment_web.commands.report import Report, counted, finding_lines
from segment_web.logs import printable

HEADINGS: Final = ("time", "type", "name", "user", "anonymous", "page")
SHORT_ID: Final = 8  # characters of an anonymous id, enough to tell two apart
SHORT_NAME: Final = 34


@dataclass(frozen=True, slots=True)
class Review:
    """What arrived and what that means."""

    framework: str
    said: tuple[Said, ...]
    report: Report
    seconds: float

    @classmethod
    def of(cls, framework: str, evidence: Evidence, seconds: float) -> Self:
        """The expectations held against the evidence; ``seconds`` is what it all took."""
        return cls(framework, evidence.said, Report(tuple(examine(evidence))), seconds)

    @classmethod
    def halted(cls, framework: str, said: tuple[Said, ...], problem: str, seconds: float) -> Self:
        """The shopper did not reach the end."""
        return cls(framework, said, Report((error("the shopper reached the end", problem),)), seconds)

    @property
    def exit_code(self) -> int:
        """0 only when every expectation was met."""
        return self.report.exit_code

    def lines(self, output: Output) -> Iterable[str]:
        """The table, the expectations, a summary."""
        yield ""
        yield from table([row(said) for said in self.said], output)
        yield ""
        yield from finding_lines(self.report.findings, output)
        yield ""
        missing = self.report.count(Level.ERROR)
        verdict = f"{counted(missing, 'expectation')} not met" if missing else "as it should be"
        yield f"{counted(len(self.said), 'message')} in {self.seconds:.1f} s, {verdict}."

    def as_json(self) -> Mapping[str, Any]:
        """``{"ok", "framework", "seconds", "messages", "findings"}``; the messages are whole."""
        messages = [said.message for said in self.said]
        about = {"framework": self.framework, "seconds": round(self.seconds, 2), "messages": messages}
        return {**self.report.as_json(), **about}


def row(said: Said) -> tuple[str, ...]:
    name = said.name if len(said.name) <= SHORT_NAME else said.name[: SHORT_NAME - 1] + "…"
    return (said.time, said.type, name, said.user_id or "-", (said.anonymous_id or "-")[:SHORT_ID], said.path or "-")


def table(rows: Sequence[tuple[str, ...]], output: Output) -> Iterator[str]:
    """Aligned columns below their headings."""
    widths = [max(len(cells[column]) for cells in (HEADINGS, *rows)) for column in range(len(HEADINGS))]
    for cells in (HEADINGS, *rows):
        line = "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
        yield output.styled(line, Style.FAINT) if cells is HEADINGS else printable(line)
