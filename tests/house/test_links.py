"""Links within the documents of this repository lead somewhere, and the README's contents name every section."""

from __future__ import annotations

from pathlib import Path

from tests.house.checkout import CHECKOUT, files, shown
from tests.house.links import anchors, dead_links, headings, targets

SAMPLE = """# Title
## Two: `b` and c?
## Two: `b` and c?
[one](#two-b-and-c) [two](#two-b-and-c-1) [beside](beside.md#title) [far](https://example.com/#far) `[no](#link)`
```sh
# no heading
```
"""


def test_every_link_leads_somewhere() -> None:
    documents = [path for path in files() if path.suffix == ".md"]
    assert len(documents) > 3
    assert [f"{shown(path)}: {target}" for path in documents for target in dead_links(path)] == []


def test_the_contents_name_every_section() -> None:
    text = (CHECKOUT / "README.md").read_text("utf-8")
    contents, rest = text.split("\n## ", 1)
    sections = [f"## {title}" for level, title in headings(f"## {rest}") if level == 2]
    assert len(sections) > 20
    assert anchors("\n".join(sections)) - {target.removeprefix("#") for target in targets(contents)} == set()


def test_a_dead_link_is_noticed(tmp_path: Path) -> None:
    document, beside = tmp_path / "sample.md", tmp_path / "beside.md"
    document.write_text(SAMPLE, "utf-8")
    assert dead_links(document) == ["beside.md#title"]
    beside.write_text("# Other", "utf-8")
    assert dead_links(document) == ["beside.md#title"]
    beside.write_text("# Title", "utf-8")
    assert dead_links(document) == []
    document.write_text(SAMPLE.replace("## Two", "## Three"), "utf-8")
    assert dead_links(document) == ["#two-b-and-c", "#two-b-and-c-1"]
