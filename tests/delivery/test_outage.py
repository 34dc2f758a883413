"""A server that is down for ever costs bounded memory, a handful of log lines, and next to no time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.delivery.measured import HAS_STATUS, MIB

MANY = 1_000_000  # after the bound in numbers a call costs next to nothing
LARGE = 200_000  # at the bound in bytes each message has to be made before it is known whether it fits
ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(not HAS_STATUS, reason="memory is read from /proc/self/status")
@pytest.mark.parametrize(("calls", "size"), [(MANY, 10), (LARGE, 10_000)], ids=["full by number", "full by bytes"])
def test_a_dead_server_is_borne_in_bounds(nobody: str, calls: int, size: int) -> None:
    command = [sys.executable, "-m", "tests.delivery.outage", nobody, str(calls), str(size)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    print({name: value for name, value in report.items() if name != "lines"})
    assert report["grown"] <= report["bound"] + 20 * MIB
    assert len(report["lines"]) <= 10, report["lines"]
    assert report["conserved"]
    assert report["counted"], "every call is accepted or counted as skipped, and every accepted one as lost"
    assert report["seconds"] < 30
