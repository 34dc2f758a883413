"""Cookies as the morsels of a standard jar: several of one name, unquoted values, and ``Partitioned``."""

from __future__ import annotations

from collections.abc import Sequence
from http.cookies import Morsel
from typing import Any

from segment_web.exchange.http import Cookie

LONG_AGO = "Thu, 01 Jan 1970 00:00:00 GMT"


class PartitionedMorsel(Morsel[str]):
    """A cookie that browsers keep apart for each site that embeds this one (CHIPS); Python has it since 3.14."""

    def OutputString(self, attrs: Any = None) -> str:  # noqa: N802 - the name of the standard library
        """Return the header's value."""
        return f"{super().OutputString(attrs)}; Partitioned"


def morsels(cookies: Sequence[Cookie]) -> dict[str, Morsel[str]]:
    """Return what is put into a jar that sends each of its morsels, whatever the keys are, as Django's does.

    The last cookie of a name has the name as its key, as applications and tests expect; the others, which delete it in
    other scopes, have keys of their own.
    """
    last = {cookie.name: place for place, cookie in enumerate(cookies)}
    return {
        cookie.name if last[cookie.name] == place else f"{cookie.name} {place}": _morsel(cookie)
        for place, cookie in enumerate(cookies)
    }


def _morsel(cookie: Cookie) -> Morsel[str]:
    morsel: Morsel[str] = PartitionedMorsel() if cookie.partitioned else Morsel()
    morsel.set(cookie.name, cookie.value, cookie.value)  # a jar would quote the value
    for name, value in cookie.attributes.items():
        if value is not None and value is not False:
            morsel[name.replace("_", "-")] = value
    morsel["expires"] = cookie.max_age or LONG_AGO  # a number counts from now
    return morsel
