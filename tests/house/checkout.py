"""Where the repository is, and which files belong to it."""

from __future__ import annotations

import subprocess
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGE = CHECKOUT / "segment_web"
MODULES = tuple(sorted(PACKAGE.rglob("*.py")))


def files() -> list[Path]:
    """Every file that is in the repository or about to be, as git sees it; outside a clone every file there is."""
    if not (CHECKOUT / ".git").exists():
        return [path for path in CHECKOUT.rglob("*") if path.is_file()]
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    return [path for name in listed.split("\0") if name and (path := CHECKOUT / name).is_file()]


def shown(path: Path) -> str:
    """A path as the ids of tests and failures show it."""
    return path.relative_to(CHECKOUT).as_posix()
