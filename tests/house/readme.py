"""What README.md has to say: a row for every setting and every reason, and the two commands that set everything up.

A table is found by the first cell of its heading, ``Setting`` or ``Reason``; a row belongs to the name in its first
cell, in backticks. Further tables with these headings continue the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

SETUP = "python3 -m venv "  # how both commands begin: on a machine that has nothing but Python
ROW = re.compile(r"\|\s*`(?P<name>[a-z_]+)`\s*\|")
HEADING = re.compile(r"\|\s*(?P<title>[A-Za-z]+)\s*\|")


def setup_commands(text: str) -> list[str]:
    """The lines that are set-up commands."""
    return [line.strip() for line in text.splitlines() if line.strip().startswith(SETUP)]


def missing(text: str, title: str, names: Iterable[str]) -> list[str]:
    """The ``names`` that have no row in the tables headed ``title``."""
    rows = set(rows_of(text, title))
    return [name for name in names if name not in rows]


def unknown(text: str, title: str, names: Iterable[str]) -> list[str]:
    """The rows of the tables headed ``title`` that belong to none of ``names``, and those that are there twice."""
    left = set(names)
    extra = []
    for row in rows_of(text, title):
        if row not in left:
            extra.append(row)
        left.discard(row)
    return extra


def rows_of(text: str, title: str) -> Iterator[str]:
    current = None  # the heading of the table that the line is in
    for line in text.splitlines():
        if not line.startswith("|"):
            current = None
        elif current is None:
            heading = HEADING.match(line)
            current = heading["title"].lower() if heading else ""
        elif current == title and (row := ROW.match(line)):
            yield row["name"]
