"""The wheel holds the whole package and nothing else, and works without the repository."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house.checkout import CHECKOUT, files

PAGE = """
from pathlib import Path
from werkzeug.test import Client
import segment_web
from segment_web.collector import create_app
print(Path(segment_web.__file__).parents[1])
client = Client(create_app())
print(*(client.get(path).status_code for path in ("/", "/static/collector.js", "/static/collector.css")))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built by the backend that pyproject.toml names."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_it_holds_the_package_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    held = {name for name in wheel.namelist() if not name.split("/")[0].endswith(".dist-info")}
    ours = {path.relative_to(CHECKOUT).as_posix() for path in files()}
    assert held == {name for name in ours if name.startswith("segment_web/")}
    assert {"segment_web/py.typed", "segment_web/collector/templates/collector.html"} <= held


def test_it_brings_the_command_the_plugin_and_the_licence(wheel: zipfile.ZipFile) -> None:
    about = {name.partition("/")[2]: name for name in wheel.namelist() if ".dist-info/" in name}
    entry_points = wheel.read(about["entry_points.txt"]).decode()
    assert "segment-web = segment_web.cli.main:main" in entry_points
    assert "segment_web = segment_web.testing.plugin" in entry_points
    assert "licenses/LICENSE" in about


def test_it_works_without_the_repository(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PAGE],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.split("\n") == [str(tmp_path), "200 200 200", ""], done.stderr
