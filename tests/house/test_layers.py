"""Imports go one way, and the contracts that say so notice when they do not."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.checkout import CHECKOUT, MODULES, PACKAGE, shown

LINT = "from importlinter.cli import lint_imports_command as lint; lint()"

pytestmark = pytest.mark.once
# What is broken, and the name of the contract that has to say so.
BREACHES = {
    "a lower room imports a higher one": ("errors.py", "import segment_web.client", "Imports go downwards only"),
    "two rooms on one line know each other": (
        "web/context/pages.py",
        "import segment_web.current",
        "Imports go downwards only",
    ),
    "a framework imports the other": ("flask/config.py", "import segment_web.django.conf", "Imports go downwards only"),
    "httpx outside net": ("delivery/batcher.py", "import httpx", "httpx and httpcore are known in net only"),
    "another HTTP client": ("net/statuses.py", "import requests", "There is no second way to the network"),
    "Django outside django/": ("web/context/pages.py", "import django", "Django is known in django/ only"),
    "Flask outside flask/": ("web/context/pages.py", "import flask", "Flask is known in flask/"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """import-linter, run on the package in ``folder`` with the contracts of the pyproject.toml there."""
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package and its contracts."""
    shutil.copytree(PACKAGE, tmp_path / "segment_web", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold() -> None:
    done = lint(CHECKOUT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken" in done.stdout


@pytest.mark.parametrize(("file", "line", "contract"), BREACHES.values(), ids=BREACHES)
def test_a_breach_is_noticed(copy: Path, file: str, line: str, contract: str) -> None:
    with (copy / "segment_web" / file).open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")
    done = lint(copy)
    assert done.returncode == 1
    broken = [line for line in done.stdout.splitlines() if line.endswith("BROKEN")]
    assert any(line.startswith(contract) for line in broken), done.stdout


def test_a_room_without_a_layer_is_noticed(copy: Path) -> None:
    (copy / "segment_web" / "attic.py").write_text('"""A room nobody has given a layer."""\n', encoding="utf-8")
    done = lint(copy)
    assert done.returncode == 1
    assert "segment_web.attic" in done.stdout


def test_names_come_from_the_module_that_defines_them() -> None:
    """``from segment_web import Analytics`` inside the package would import all of it, from anywhere."""
    assert [shown(path) for path in MODULES if from_the_top(ast.parse(path.read_text("utf-8")))] == []


def test_a_name_from_the_top_is_noticed() -> None:
    source = "from segment_web import Analytics, logs\nimport segment_web\nfrom segment_web.client import Analytics"
    assert from_the_top(ast.parse(source)) == ["Analytics", "segment_web"]


def from_the_top(tree: ast.Module) -> list[str]:
    """What a module imports from segment_web itself; its modules may be imported so."""
    modules = {path.stem for path in PACKAGE.iterdir()}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "segment_web":
            found += [alias.name for alias in node.names if alias.name not in modules]
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name == "segment_web"]
    return found
