"""Findings put together: lines for people, JSON for programs, and an exit code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from segment_web.commands.findings import Finding, Level
from segment_web.commands.output import Output, Style
from segment_web.logs import printable

MARKS: Final = {Level.OK: ("✓", Style.GOOD), Level.WARNING: ("!", Style.WARNING), Level.ERROR: ("✗", Style.BAD)}


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of one examination; ``strict`` takes warnings for errors."""

    findings: tuple[Finding, ...]
    strict: bool = False

    @property
    def exit_code(self) -> int:
        """1 when there is an error; warnings count only where the report is strict."""
        return int(self.count(Level.ERROR) + (self.strict and self.count(Level.WARNING)) > 0)

    def lines(self, output: Output) -> Iterable[str]:
        """The findings, and a summary."""
        yield from finding_lines(self.findings, output)
        counts = [counted(number, level) for level in (Level.ERROR, Level.WARNING) if (number := self.count(level))]
        yield ""
        yield f"{', '.join(counts)}." if counts else "All is well."

    def as_json(self) -> Mapping[str, Any]:
        """``{"ok", "errors", "warnings", "findings": [{"id", "name", "level", "source", "text", "why", "cure"}]}``."""
        return {
            "ok": self.exit_code == 0,
            "errors": self.count(Level.ERROR),
            "warnings": self.count(Level.WARNING),
            "findings": [{**asdict(finding), "name": finding.name} for finding in self.findings],
        }

    def count(self, level: Level) -> int:
        """How many findings are of this level."""
        return sum(finding.level is level for finding in self.findings)


def finding_lines(findings: Iterable[Finding], output: Output) -> Iterator[str]:
    """Each finding: what was found beside its name, below it why that matters and the cure."""
    findings = tuple(findings)
    width = max((len(finding.name) for finding in findings), default=0)
    for finding in findings:
        margin = " " * (width + 4)
        first, *more = output.wrapped(printable(said(finding)), len(margin)) or [""]
        yield f"{output.styled(*MARKS[finding.level])} {finding.name:<{width}}  {first}".rstrip()
        yield from (margin + line for line in more)
        yield from (margin + output.styled(line, Style.FAINT) for line in output.wrapped(finding.why, len(margin)))
        for number, line in enumerate(output.wrapped(printable(finding.cure), len(margin) + 2)):
            yield f"{margin}{'  ' if number else '→ '}{line}"


def said(finding: Finding) -> str:
    """What was found, of which source, and the id of what is wrong."""
    text = f"{finding.source}: {finding.text}" if finding.source else finding.text
    return text if finding.id == finding.name else f"{text} [{finding.id}]"


def counted(number: int, word: str) -> str:
    """``1 error``, ``2 errors``."""
    return f"{number} {word}{'' if number == 1 else 's'}"
