"""The names under which WSGI keeps request headers (PEP 3333)."""

from __future__ import annotations


class _HeaderNames(dict[str, str]):
    """A few headers are asked for again and again, and none by a visitor's choice: what is remembered stays small."""

    def __missing__(self, header: str) -> str:
        self[header] = name = "HTTP_" + header.upper().replace("-", "_")
        return name


WSGI_NAMES = _HeaderNames()  # by the header's name in HTTP
