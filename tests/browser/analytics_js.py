"""The real analytics.js, of the version that our facts about it are of: fetched once into a folder that git ignores.

Run as ``python -m tests.browser.analytics_js`` to fetch it by hand.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import pytest

VERSION = "1.84.3"
PACKAGE = f"@segment/analytics-next@{VERSION}"
FOLDER = Path(__file__).resolve().parents[2] / ".analytics-js" / VERSION
SCRIPT = "standalone.js"
SHA256 = "57df232faf229eaf3a816e0433fc4f03abd2c2052f006ebbcbdba28085c00f09"
PREFIX = "package/dist/umd/"


def folder() -> Path:
    """Where the script and its bundles are; npm fetches them the first time. A test that asks where there is no npm is
    skipped."""
    if not (FOLDER / SCRIPT).exists():
        if shutil.which("npm") is None:
            pytest.skip("npm is not installed, which fetches analytics.js")
        fetch()
    found = hashlib.sha256((FOLDER / SCRIPT).read_bytes()).hexdigest()
    assert found == SHA256, f"{FOLDER} holds another analytics.js: {found}"
    return FOLDER


def fetch() -> None:
    """Whole or not at all, though several tests may ask at once."""
    FOLDER.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER.parent) as scratch:
        command = ["npm", "pack", "--silent", "--pack-destination", scratch, PACKAGE]
        subprocess.run(command, cwd=scratch, check=True, capture_output=True, timeout=120)
        unpacked = Path(scratch) / "umd"
        unpacked.mkdir()
        with tarfile.open(next(Path(scratch).glob("*.tgz"))) as archive:
            for member in archive:
                if member.name.startswith(PREFIX) and member.name.endswith(".js"):
                    source = archive.extractfile(member)
                    assert source is not None
                    (unpacked / Path(member.name).name).write_bytes(source.read())
        try:
            os.rename(unpacked, FOLDER)
        except OSError:  # another process was faster
            shutil.rmtree(unpacked)


if __name__ == "__main__":
    print(folder())
