"""A user's project sees full types: a decorated view keeps its own, and what is used wrongly is an error."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.house.checkout import CHECKOUT

PROJECT = Path(__file__).parent / "typed_project"


def mypy(tmp_path: Path, *files: Path) -> str:
    """What mypy says in strict mode and without a configuration; an ignored line without an error is an error too."""
    # Errors of the package are none of its users': mypy says nothing of what it finds installed.
    options = ["--strict", "--config-file=", "--follow-imports=silent", f"--cache-dir={tmp_path}"]
    command = [sys.executable, "-m", "mypy", *options, *map(str, files)]
    environment = {**os.environ, "MYPYPATH": str(CHECKOUT)}
    return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False).stdout


def test_a_users_project_is_sound(tmp_path: Path) -> None:
    files = [PROJECT / "django_views.py", PROJECT / "flask_views.py"]
    assert mypy(tmp_path, *files) == "Success: no issues found in 2 source files\n"
