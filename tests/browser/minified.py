"""``loader.js`` as pages contain it: minified by uglify-js, which is fetched once into a folder that git ignores.

Run as ``python -m tests.browser.minified`` after each change of ``loader.js``.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests import npm

VERSION = "3.19.3"
ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".analytics-js" / f"uglify-{VERSION}"
SOURCE = ROOT / "segment_web" / "browser" / "loader.js"
MINIFIED = SOURCE.with_name("loader.min.js")
OPTIONS = ["--compress", "passes=3,unsafe", "--mangle"]


def minified() -> str:
    """Return the source as one expression without comments."""
    program = npm.folder("uglify-js", VERSION, "package", FOLDER) / "bin" / "uglifyjs"
    statement = f"loader = {SOURCE.read_text('utf-8')}"
    command = ["node", str(program), *OPTIONS]
    done = subprocess.run(
        command, input=statement, check=True, capture_output=True, timeout=120, text=True, encoding="utf-8"
    )
    return f"({done.stdout.strip().removeprefix('loader=').removesuffix(';')})\n"


if __name__ == "__main__":
    MINIFIED.write_text(minified(), "utf-8")
    print(len(MINIFIED.read_bytes()))
