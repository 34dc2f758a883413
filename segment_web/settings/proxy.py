"""The HTTP proxy that requests go through: its URL, which may have a password."""

from __future__ import annotations

import re
from typing import Any, Final

from segment_web.settings.kinds import text
from segment_web.settings.secret import Secret

_HTTP_PROXY: Final = re.compile(
    r"http://"
    r"(?:[^\s/?#@:]*(?::[^\s/?#@]*)?@)?"  # user and password
    r"(?:\[[0-9a-f:.]+\]|[^\s/?#@:\[\]]+)"  # host
    r"(?::0*(?!0)(?:\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5]))?/?",  # port
    re.IGNORECASE | re.ASCII,
)


class ProxyUrl(Secret):
    """The URL of a proxy; it shows itself without the user and the password."""

    __slots__ = ()

    def __repr__(self) -> str:
        try:
            _, at, host = self.reveal().rpartition("@")
        except Exception:  # noqa: BLE001 - a vault that is down must not break a log line
            return "***"
        return f"http://***@{host}" if at else host

    __str__ = __repr__


def proxy(value: Any) -> ProxyUrl:
    """Read the URL of an http:// proxy, or a callable that returns it. No error repeats the value."""
    if isinstance(value, ProxyUrl):
        return value
    if callable(value):
        return ProxyUrl(value)
    if not _HTTP_PROXY.fullmatch(url := text(value)):
        raise ValueError(
            "be an http:// URL, as in http://user:password@proxy.example:3128, with %40 for an @ and %2F for a / in the "
            "password"
        )
    return ProxyUrl(url)
