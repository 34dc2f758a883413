"""What the tests need of npm's packages: fetched once, each into a folder that git ignores."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import pytest


def folder(package: str, version: str, inside: str, place: Path) -> Path:
    """``place``, with what this version of ``package`` has ``inside``: fetched where it is not there yet.

    A test that asks where there is no npm is skipped.
    """
    if not place.exists():
        if shutil.which("npm") is None:
            pytest.skip(f"npm is not installed, which fetches {package}")
        _fetch(f"{package}@{version}", inside, place)
    return place


def _fetch(package: str, inside: str, place: Path) -> None:
    """Whole or not at all, though several tests may ask at once."""
    place.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent) as scratch:
        command = ["npm", "pack", "--silent", "--pack-destination", scratch, package]
        subprocess.run(command, cwd=scratch, check=True, capture_output=True, timeout=120)
        with tarfile.open(next(Path(scratch).glob("*.tgz"))) as archive:
            archive.extractall(scratch, [one for one in archive if one.name.startswith(f"{inside}/")], filter="data")
        try:
            os.rename(Path(scratch) / inside, place)
        except OSError:  # another process was faster
            assert place.exists()
