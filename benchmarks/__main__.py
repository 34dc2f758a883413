"""``python -m benchmarks``: every table in one run, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys

TABLES = ("calls", "requests", "delivery", "quiet")

for name in TABLES:
    subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)
