"""Whether a host is the machine that asks."""

from __future__ import annotations

from ipaddress import ip_address


def is_this_machine(name: str) -> bool:
    """Whether ``name``, a host name or an address, is this machine's own (loopback)."""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
