"""The settings of what pages get for the browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from segment_web.settings import kinds
from segment_web.settings.kinds import option


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """How pages load analytics.js; ``source`` None is the client's own, ``cdn`` None Segment's own."""

    enabled: bool = option(kinds.flag, True)
    source: str | None = option(kinds.optional(kinds.text), None)
    first_party: bool = option(kinds.flag, True)
    cdn: str | None = option(kinds.optional(kinds.text), None)
    load: Mapping[str, Any] = option(kinds.mapping, {})
    query_string: bool = option(kinds.flag, False)
    identify: str = option(kinds.choice("changed", "always"), "changed")
    global_name: str = option(kinds.text, "analytics")

    def __post_init__(self) -> None:
        if not (self.global_name.isascii() and self.global_name.isidentifier()):
            raise ValueError(f"{{global_name}} must be a name of JavaScript, not {self.global_name!r}.")
        if self.cdn is not None and not self.cdn.startswith(("https://", "http://")):
            raise ValueError(f"{{cdn}} must begin with https:// (or http://), not {self.cdn!r}.")
