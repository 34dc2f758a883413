"""How an argument is read that several commands have."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import Final

LONGEST: Final = 86_400.0  # seconds; nobody waits for longer, and threads can wait for no number whatever


def seconds(text: str) -> float:
    """A time to wait."""
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found <= LONGEST:  # which NaN is not either
        raise ArgumentTypeError(f"must be a number of seconds from 0 to {LONGEST:.0f}")
    return found
