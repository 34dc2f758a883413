"""What the pages of an application under test hold, in words of neither framework."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Say = Callable[[Any], object]  # is given the request's analytics


class Tag(NamedTuple):
    """One of the four, by the end of its name, with its arguments."""

    name: str
    arguments: Sequence[object]
    options: Mapping[str, object]

    def written(self, begin: str, separator: str, end: str, number: int) -> str:
        """As a template has it: every value is a variable of the page, so that nothing is quoted twice."""
        plain = [f"v{number}_{place}" for place in range(len(self.arguments))]
        named = [f"{name}=v{number}_{name}" for name in self.options]
        return f"{begin.format(self.name)}{separator.join([*plain, *named])}{end}"

    def variables(self, number: int) -> dict[str, object]:
        plain = {f"v{number}_{place}": value for place, value in enumerate(self.arguments)}
        return {**plain, **{f"v{number}_{name}": value for name, value in self.options.items()}}


def tag(which: str, /, *arguments: object, **options: object) -> Tag:
    """``tag("snippet", name="Home")``."""
    return Tag(which, arguments, options)


def nothing(segment: Any) -> None:
    """Says nothing."""


@dataclass(frozen=True, slots=True)
class Content:
    """``head`` and ``body`` are tags or plain HTML; ``say`` is what the view says before the page is rendered."""

    head: Sequence[Tag | str] = (tag("snippet"),)
    body: Sequence[Tag | str] = ("<h1>A page</h1>",)
    say: Say = nothing
    headers: Mapping[str, str] = field(default_factory=dict)

    def template(self, load: str, begin: str, separator: str, end: str) -> str:
        """The page in a framework's words."""
        parts = [
            part if isinstance(part, str) else part.written(begin, separator, end, number)
            for number, part in enumerate((*self.head, "</head><body>", *self.body))
        ]
        return f"{load}<!doctype html><html><head><title>A page</title>{''.join(parts)}</body></html>"

    def variables(self) -> dict[str, object]:
        found: dict[str, object] = {}
        for number, part in enumerate((*self.head, "", *self.body)):
            found |= part.variables(number) if isinstance(part, Tag) else {}
        return found
