"""Where to go after a form: back to where the visitor came from, but never to another site."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request, url_for


def next_page(default: str) -> str:
    """Return the address in `next` (form field or query) when it is on this site, else that of the view `default`."""
    address = request.values.get("next", "")
    return address if is_on_this_site(address) else url_for(default)


def is_on_this_site(address: str) -> bool:
    if not address.startswith("/") or any(sign in address for sign in "\\\t\r\n"):
        return False
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc
