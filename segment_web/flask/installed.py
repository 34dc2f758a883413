"""What an application has of segment_web: ``app.extensions["segment"]``."""

from __future__ import annotations

from dataclasses import dataclass, field

from segment_web.client import Analytics
from segment_web.web.rules import Rules

EXTENSION = "segment"


@dataclass(frozen=True, slots=True, eq=False)
class Installed:
    """One application's client and what its requests are captured by; ``key`` is where its requests' environs keep
    their scope, apart from another application's that answers the same request, and ``answered`` where they keep
    that there is a response."""

    client: Analytics
    rules: Rules
    key: str = field(init=False)
    answered: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", f"segment_web.{id(self)}")
        object.__setattr__(self, "answered", f"{self.key}.answered")
