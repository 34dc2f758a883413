"""``python -m benchmarks``: every table in one run, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys

TABLES = (
    ("calls",),
    ("profile",),
    ("first_events",),
    ("requests",),
    ("requests", "--pages"),
    ("flask_requests",),
    ("whole_requests",),
    ("delivery",),
    ("quiet",),
)

for name, *options in TABLES:
    subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *options], check=True)
