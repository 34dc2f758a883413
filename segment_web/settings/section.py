"""What every section of the settings has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Key = str | Callable[[], str] | None


@dataclass(frozen=True, kw_only=True)
class Section:
    """A group of settings: a frozen dataclass with one ``option`` a setting; ``Settings`` inherits from all sections."""

    def check(self) -> None:
        """Raise ValueError with a sentence if settings of this section contradict each other."""
