"""The host names that the collector serves.

A web page can point a host name of its own at this machine (DNS rebinding) and is then of the same origin as the
collector for its visitor's browser. The Host header still carries the foreign name, so such a request is refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import ip_address

from segment_web.exchange.answer import Answer, json_answer

HOST = re.compile(r"(?:\[(?P<ipv6>[0-9a-f:.]+)\]|(?P<name>[a-z0-9._-]+?)\.?)(?::\d*)?", re.IGNORECASE)
EVERY_ADDRESS = frozenset({"0.0.0.0", "::", ""})
"""A server that listens on one of these serves each address of its machine."""

LOCAL = "localhost"
MOST_SHOWN = 100
"""Characters of a refused host name that the answer shows."""


@dataclass(frozen=True, slots=True)
class Hosts:
    """Loopback names, ``names``, and every IP address if ``names`` holds a wildcard such as ``0.0.0.0``."""

    names: Collection[str] = ()

    def serve(self, host: str) -> bool:
        """Return whether a request with this Host header is served; a request without the header comes from no
        browser, and is."""
        if not host:
            return True
        name = name_of(host)
        given = {each.lower().strip("[]") for each in self.names}
        return name in given or is_local(name) or (bool(given & EVERY_ADDRESS) and is_address(name))

    def refusal(self, host: str) -> Answer | None:
        """Return the refusal of a request with this Host header, None if the host is served."""
        return None if self.serve(host) else refused_host(host)


def name_of(host: str) -> str:
    """Return the name in a Host header in lower case, without its port; "" if the header is malformed."""
    found = HOST.fullmatch(host)
    return (found["ipv6"] or found["name"]).lower() if found else ""


def is_local(name: str) -> bool:
    """Return whether browsers resolve the name to this machine without asking DNS."""
    return name == LOCAL or name.endswith(f".{LOCAL}") or (is_address(name) and ip_address(name).is_loopback)


def is_address(name: str) -> bool:
    """Return whether the name is an IP address, which no DNS server can point elsewhere."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def refused_host(host: str) -> Answer:
    """Answer 403, for which a client keeps its messages and asks again later."""
    message = (
        f"this collector does not serve the host {host[:MOST_SHOWN]!r}: use its address, or start it with --allow-host "
        "NAME (in Python: hosts=[NAME])"
    )
    return json_answer({"success": False, "message": message}, 403)
