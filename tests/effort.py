"""How much is tried where chance decides what: ``SEGMENT_WEB_EFFORT=10`` tries ten times as much as usual, 0.2 a fifth."""

from __future__ import annotations

import os

EFFORT = float(os.environ.get("SEGMENT_WEB_EFFORT", "1"))


def scaled(usual: int) -> int:
    """A number of rounds, examples or moments."""
    return max(1, round(usual * EFFORT))
