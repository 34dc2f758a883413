"""Whole numbers in text that any client may send: a cursor, a number of rows, a retry count."""

from __future__ import annotations

LARGEST = 2**63 - 1
"""SQLite's largest integer."""

DIGITS = len(str(LARGEST))


def whole_number(text: str) -> int | None:
    """Return the number that ASCII digits spell, :data:`LARGEST` for a larger one, None for any other text."""
    if not (text.isascii() and text.isdecimal()):
        return None
    digits = text.lstrip("0") or "0"
    return LARGEST if len(digits) > DIGITS else min(int(digits), LARGEST)
