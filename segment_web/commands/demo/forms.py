"""The forms of an HTML page, as a browser would submit them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = Iterable[tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class Form:
    """Where it goes and what its fields hold, hidden ones (such as a CSRF token) included."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


def forms_of(page: str) -> list[Form]:
    """All forms of a page in their order."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._is_inside = False
        self._select = ""

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        given = dict(attrs)
        if tag == "form":
            self.forms.append(Form(given.get("action") or ""))
            self._is_inside = True
        elif self._is_inside and tag == "select":
            self._select = given.get("name") or ""
        elif self._is_inside and tag == "option" and "selected" in given:
            self.forms[-1].fields[self._select] = given.get("value") or ""
        elif self._is_inside and tag in ("input", "textarea") and (name := given.get("name")):
            self.forms[-1].fields[name] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False
