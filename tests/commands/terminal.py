"""Running ``segment-web`` and ``manage.py`` as a user does: in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PYTHON = (sys.executable, "-W", "error")
SECONDS = 60  # more than any command takes on a busy machine


def environ(**settings: str) -> dict[str, str]:
    """This process's environment with no settings of segment_web or Django but these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SEGMENT_", "DJANGO_"))}
    return {**kept, "PYTHONPATH": str(CHECKOUT), **settings}


def segment_web(*arguments: str, cwd: Path = CHECKOUT, **settings: str) -> subprocess.CompletedProcess[str]:
    """``segment-web`` with these arguments, settings in its environment."""
    return run("-m", "segment_web", *arguments, cwd=cwd, **settings)


def run(*arguments: str, cwd: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Python with these arguments; warnings are errors."""
    command = [*PYTHON, *arguments]
    return subprocess.run(
        command, cwd=cwd, env=environ(**settings), capture_output=True, text=True, timeout=SECONDS, check=False
    )
