"""The setting ``visit``: how visits are told apart and what is kept of the first one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from segment_web.settings import kinds
from segment_web.settings.kinds import option
from segment_web.settings.load import section

HALF_AN_HOUR = 1800.0  # seconds; what web analytics has long agreed on as the end of a visit
THIRTEEN_MONTHS = 395 * 86_400  # seconds; browsers keep a cookie for 400 days at most

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")  # a cookie's name (RFC 6265, section 4.1.1), not too long


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitSettings:
    """``idle`` seconds without an event end a visit, ``age`` seconds without one end the memory of the first visit."""

    cookie: str = option(kinds.text, "segment_visit")
    idle: float = option(kinds.number(least=1, most=THIRTEEN_MONTHS), HALF_AN_HOUR)
    age: int = option(kinds.integer(least=1, most=10 * 365 * 86_400), THIRTEEN_MONTHS)

    def __post_init__(self) -> None:
        if _TOKEN.fullmatch(self.cookie) is None:
            raise ValueError(f"{{cookie}} must be a cookie's name of at most 64 characters, not {self.cookie!r}.")


def visit(value: Any) -> VisitSettings | None:
    """``True`` for the defaults, a dict to change some; ``None`` and ``False`` keep no visits."""
    if isinstance(value, str) and not value.lstrip().startswith("{"):
        value = kinds.flag(value)
    if value is None or value is False:
        return None
    read_section = section(VisitSettings)
    found: VisitSettings = read_section({} if value is True else value)
    return found
