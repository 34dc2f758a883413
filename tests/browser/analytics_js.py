"""The real analytics.js, of the version that our facts about it are of: fetched once into a folder that git ignores.

Run as ``python -m tests.browser.analytics_js`` to fetch it by hand.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests import npm

VERSION = "1.84.3"
PACKAGE = "@segment/analytics-next"
FOLDER = Path(__file__).resolve().parents[2] / ".analytics-js" / VERSION
SCRIPT = "standalone.js"
SHA256 = "57df232faf229eaf3a816e0433fc4f03abd2c2052f006ebbcbdba28085c00f09"


def folder() -> Path:
    """Where the script and its bundles are."""
    place = npm.folder(PACKAGE, VERSION, "package/dist/umd", FOLDER)
    found = hashlib.sha256((place / SCRIPT).read_bytes()).hexdigest()
    assert found == SHA256, f"{place} holds another analytics.js: {found}"
    return place


if __name__ == "__main__":
    print(folder())
