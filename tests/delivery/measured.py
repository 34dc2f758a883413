"""What a process weighs, and what its callers wait, as a test outside of it reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

MIB = 1 << 20
STATUS = Path("/proc/self/status")
HAS_STATUS = STATUS.exists()


def weight(kind: str = "VmRSS") -> int:
    """Bytes of memory this process holds (``VmRSS``) or has ever held (``VmHWM``), as Linux counts them."""
    found = re.search(rf"{kind}:\s+(\d+) kB", STATUS.read_text())
    assert found is not None
    return int(found[1]) * 1024


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of all (0 to 1) do not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
