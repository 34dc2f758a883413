"""A user's project sees full types: a decorated view or class keeps its own, and what is used wrongly is an error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from segment_web.options import Options
from segment_web.settings import NAMES
from tests import npm
from tests.house.checkout import CHECKOUT

PROJECT = Path(__file__).parent / "typed_project"
FILES = [PROJECT / "django_views.py", PROJECT / "flask_views.py"]
PYRIGHT = "1.1.414"
STRICT = {"typeCheckingMode": "strict", "reportMissingTypeStubs": False, "reportUnnecessaryTypeIgnoreComment": True}


def said(command: list[str], cwd: Path, environ: Mapping[str, str]) -> str:
    environ = {**os.environ, **environ}
    return subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, check=False).stdout


def test_mypy_finds_a_users_project_sound(tmp_path: Path) -> None:
    """In strict mode and without a configuration; an ignored line without an error is an error too."""
    # Errors of the package are none of its users': mypy says nothing of what it finds installed.
    options = ["--strict", "--config-file=", "--follow-imports=silent", "--cache-dir=/dev/null"]
    command = [sys.executable, "-m", "mypy", *options, *map(str, FILES)]
    assert said(command, tmp_path, {"MYPYPATH": str(CHECKOUT)}) == "Success: no issues found in 2 source files\n"


@pytest.mark.once  # mypy reads the types of each release
def test_pyright_finds_it_sound(tmp_path: Path) -> None:
    """In strict mode, where nothing may be of an unknown type."""
    for file in FILES:
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "pyrightconfig.json").write_text(json.dumps({**STRICT, "extraPaths": [str(CHECKOUT)]}), "utf-8")
    pyright = npm.folder("pyright", PYRIGHT, "package", CHECKOUT / ".pyright" / PYRIGHT)
    command = ["node", str(pyright / "index.js"), "--pythonpath", sys.executable]
    assert said(command, tmp_path, {}) == "0 errors, 0 warnings, 0 informations\n"


def test_options_are_the_settings() -> None:
    assert sorted(Options.__annotations__) == sorted(NAMES)
