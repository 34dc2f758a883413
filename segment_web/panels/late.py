"""Parts of a page that are filled in when its response is complete: what is said at the end belongs to the request too."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping


class Late:
    """One response's. A part that is never filled in, because the body was packed meanwhile, stays what it was."""

    def __init__(self) -> None:
        self._token = secrets.token_hex(16)  # nothing else in the page looks like a part

    def part(self, name: str, html: str) -> str:
        """``html`` until it is replaced."""
        return f"<!--{self._token} {name}-->{html}<!--{self._token} end-->"

    def is_in(self, body: bytes) -> bool:
        """Whether ``body`` has a part to fill in."""
        return self._token.encode() in body

    def filled(self, body: bytes, parts: Mapping[str, str]) -> bytes:
        """``body`` with each part replaced by what ``parts`` has of its name."""
        token = self._token.encode()
        pattern = re.compile(b"<!--%b (\\w+)-->.*?<!--%b end-->" % (token, token), re.DOTALL)
        return pattern.sub(lambda found: parts[found[1].decode()].encode(), body)
