"""Where the first-party proxy is mounted in this project's URLs."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

PROXY = "segment:proxy"  # the name of the first-party proxy's address


def mount() -> str | None:
    """Its path, None where it is not mounted."""
    try:
        return reverse(PROXY, kwargs={"path": ""})
    except NoReverseMatch:
        return None
