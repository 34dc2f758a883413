"""What must not get into the repository: paths of somebody's machine, addresses of package indexes, lock files."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.house.checkout import files, shown

# The brackets keep the patterns from finding themselves.
FORBIDDEN = {
    "a path of one machine": re.compile(r"(?<![\w.])/(?:wor[k]|roo[t]|home/\w+|Users/\w+)/"),
    "the address of a package index": re.compile(r"py[p]i\.org|python[h]osted\.org|npm[j]s\.|deb\.debia[n]"),
    "an option that chooses an index": re.compile(r"--(?:extra-)?index-ur[l]|--find-link[s]|PIP_[I]NDEX"),
}
LOCKS = {"Pipfile.lock", "package-lock.json", "pdm.lock", "poetry.lock", "pylock.toml", "uv.lock", "yarn.lock"}
PICTURES = {".gif", ".ico", ".jpg", ".png", ".webp", ".woff2"}


def test_every_file_is_fit_for_every_machine() -> None:
    texts = [path for path in files() if path.suffix not in PICTURES]
    assert [f"{shown(path)}, {finding}" for path in texts for finding in findings(path.read_text("utf-8"))] == []


def test_there_is_no_lock_file() -> None:
    assert [shown(path) for path in files() if path.name in LOCKS] == []


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("cd /" + "root/project", "a path of one machine"),
        ("https://" + "pypi" + ".org/simple", "the address of a package index"),
        ("pip install --" + "index-url X", "an option that chooses an index"),
    ],
)
def test_findings_are_noticed(line: str, what: str) -> None:
    assert list(findings(f"first\n{line}\n")) == [f"line 2: {what}"]


def findings(text: str) -> Iterator[str]:
    """What a text should not hold, by line."""
    for number, line in enumerate(text.splitlines(), 1):
        for what, pattern in FORBIDDEN.items():
            if pattern.search(line):
                yield f"line {number}: {what}"
