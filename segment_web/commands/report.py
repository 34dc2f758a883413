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
    """All findings of one examination."""

    findings: tuple[Finding, ...]

    @property
    def exit_code(self) -> int:
        """1 when there is an error; warnings do not count."""
        return int(self.count(Level.ERROR) > 0)

    def lines(self, output: Output) -> Iterable[str]:
        """The findings, and a summary."""
        yield from finding_lines(self.findings, output)
        errors, warnings = self.count(Level.ERROR), self.count(Level.WARNING)
        yield ""
        yield f"{counted(errors, 'error')}, {counted(warnings, 'warning')}." if errors + warnings else "All is well."

    def as_json(self) -> Mapping[str, Any]:
        """``{"ok", "findings": [{"level", "name", "text", "cure"}]}``."""
        return {"ok": self.exit_code == 0, "findings": [asdict(finding) for finding in self.findings]}

    def count(self, level: Level) -> int:
        """How many findings are of this level."""
        return sum(finding.level is level for finding in self.findings)


def finding_lines(findings: Iterable[Finding], output: Output) -> Iterator[str]:
    """A line for each finding, with its cure below it."""
    findings = tuple(findings)
    width = max((len(finding.name) for finding in findings), default=0)
    for finding in findings:
        yield f"{output.styled(*MARKS[finding.level])} {finding.name:<{width}}  {printable(finding.text)}".rstrip()
        if finding.cure:
            yield f"  {'':<{width}}  → {printable(finding.cure)}"


def counted(number: int, word: str) -> str:
    """``1 error``, ``2 errors``."""
    return f"{number} {word}{'' if number == 1 else 's'}"
