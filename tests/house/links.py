"""The links of a Markdown file that lead into this repository: to its headings, and to files beside it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

CODE = re.compile(r"^(?P<fence>```+).*?^(?P=fence)$|`[^`\n]+`", re.MULTILINE | re.DOTALL)  # nothing in it is a link
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
HEADING = re.compile(r"^(?P<level>#+) +(?P<title>.+)$", re.MULTILINE)
ELSEWHERE = ("https://", "http://", "mailto:")


def dead_links(document: Path) -> list[str]:
    """The targets of links that are not there; what is on other hosts is not looked at."""
    return [target for target in targets(document.read_text("utf-8")) if not is_there(document, target)]


def targets(text: str) -> Iterator[str]:
    """Where the links of a text lead, other hosts left out."""
    for link in LINK.finditer(CODE.sub("", text)):
        if not link["target"].startswith(ELSEWHERE):
            yield link["target"]


def is_there(document: Path, target: str) -> bool:
    """Whether the file is there, and the heading in it if one is named."""
    name, _, anchor = target.partition("#")
    path = document.parent / name if name else document
    return path.exists() and (not anchor or anchor in anchors(path.read_text("utf-8")))


def anchors(text: str) -> set[str]:
    """The anchors of a text's headings, as GitHub makes them: the second of a name ends with ``-1``."""
    seen: Counter[str] = Counter()
    found = set()
    for _, title in headings(text):
        anchor = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        found.add(f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor)
        seen[anchor] += 1
    return found


def headings(text: str) -> Iterator[tuple[int, str]]:
    """The level and the title of each heading; comments in blocks of code are none."""
    blocks = CODE.sub(lambda code: "" if code["fence"] else code[0], text)
    return ((len(heading["level"]), heading["title"].strip()) for heading in HEADING.finditer(blocks))
