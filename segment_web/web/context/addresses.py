"""The client's address: the socket's peer, or what trusted proxies say of it in X-Forwarded-For."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from segment_web.errors import ConfigError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

HIDDEN = "0.0.0.0"  # Segment's documented override: no other address is attributed to the event
MAX_TEXT = 100  # characters; the longest address is 45, brackets, zone, port and blanks come on top
MAX_CHAIN = 50  # proxies; a longer chain is an attack or a loop
CACHED = 1024  # addresses remembered; visitors come with several requests in a row
MAPPED_PREFIX = 96  # bits before the IPv4 address in ::ffff:192.0.2.7
MASKS = {4: 24, 6: 48}  # bits kept: IPv4 loses its last octet, IPv6 its last 80 bits

_WRITTEN = re.compile(
    r"""\[ ([0-9A-Fa-f]* : [0-9A-Fa-f:.]+) (?: % [^\]]* )? \] (?: : \d{1,5} )?  # [2001:db8::1%eth0]:443
      | ([0-9.]+) (?: : \d{1,5} )?                                               # 192.0.2.7:443
      | ([0-9A-Fa-f]* : [0-9A-Fa-f:.]+) (?: % [\w.~-]* )?                         # 2001:db8::1%eth0
    """,
    re.VERBOSE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class TrustedProxies:
    """Whom to believe about the client: ``hops`` proxies in front, or every proxy in ``networks``; neither: nobody."""

    hops: int = 0
    networks: tuple[Network, ...] = ()


def trusted_proxies(value: int | Sequence[str]) -> TrustedProxies:
    """The setting ``trusted_proxies``: a number of proxies, or their addresses and CIDR networks; 0 or () for none.

    Raises ConfigError for anything else.
    """
    if isinstance(value, bool | str | bytes):
        raise ConfigError(_cure(value))
    if isinstance(value, int):
        return TrustedProxies(hops=_hops(value))
    try:
        return TrustedProxies(networks=tuple(map(_network, value)))
    except TypeError:
        raise ConfigError(_cure(value)) from None


def client_address(peer: str, forwarded_for: str, proxies: TrustedProxies) -> str:
    """The client's address in canonical form, without port, brackets and zone.

    ``peer`` is the socket's other end, ``forwarded_for`` the X-Forwarded-For header (``""``: none). What clients write
    is never believed: with networks the chain is read from its right end to the first address that no network holds,
    and only if one holds the peer; with hops (n) the n-th entry from the right is taken, whatever the peer is, which
    suits a Unix socket too. If trusted machines wrote the whole chain, its left end is the client: an internal one.

    The peer is the answer if the chain is shorter than the hops, longer than ``MAX_CHAIN`` or not an address where it
    is read. A peer that is no address is returned as it came.
    """
    if not forwarded_for or not (proxies.hops or proxies.networks):
        return _canonical(peer)
    client = _counted(forwarded_for, proxies.hops) if proxies.hops else _walked(peer, forwarded_for, proxies.networks)
    return _canonical(peer) if client is None else str(client)


def masked(address: str, mode: str) -> str:
    """The address as Segment may see it; ``""`` if it is none.

    ``full``: canonical; ``mask``: IPv4 with its last octet 0, IPv6 with its last 80 bits 0; ``none`` (and any mode that
    is unknown): always 0.0.0.0.
    """
    if mode not in ("full", "mask"):
        return HIDDEN
    return _masked(address, mode) if len(address) <= MAX_TEXT else ""


def _cure(value: object) -> str:
    return (
        f"trusted_proxies cannot be {value!r}: give the number of proxies in front of the application (1), "
        'or a list of their addresses and networks (["10.0.0.0/8", "2001:db8::/32"]).'
    )


def _hops(number: int) -> int:
    if not 0 <= number <= MAX_CHAIN:
        raise ConfigError(_cure(number))
    return number


def _network(text: object) -> Network:
    if not isinstance(text, str):
        raise ConfigError(_cure(text))
    try:
        network = ip_network(text.strip())
    except ValueError as error:
        raise ConfigError(f"{_cure(text)} ({error})") from None
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    if mapped is None or network.prefixlen < MAPPED_PREFIX:
        return network
    return IPv4Network((mapped, network.prefixlen - MAPPED_PREFIX))


def _counted(forwarded_for: str, hops: int) -> Address | None:
    entries = forwarded_for.rsplit(",", hops)
    return _parsed(entries[-hops]) if len(entries) >= hops else None


def _walked(peer: str, forwarded_for: str, networks: tuple[Network, ...]) -> Address | None:
    client = _parsed(peer)
    if client is None or not _held(client, networks):
        return client
    # What exceeds MAX_CHAIN stays in one piece, which is no address.
    for entry in reversed(forwarded_for.rsplit(",", MAX_CHAIN)):
        client = _parsed(entry)
        if client is None or not _held(client, networks):
            return client
    return client


def _held(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address in network for network in networks)


def _canonical(peer: str) -> str:
    return _canonical_form(peer) if len(peer) <= MAX_TEXT else peer


@lru_cache(maxsize=CACHED)
def _canonical_form(peer: str) -> str:
    address = _parsed(peer)
    return peer if address is None else str(address)


@lru_cache(maxsize=CACHED)
def _masked(text: str, mode: str) -> str:
    address = _parsed(text)
    if address is None:
        return ""
    if mode == "full":
        return str(address)
    return str(ip_network((address, MASKS[address.version]), strict=False).network_address)


def _parsed(text: str) -> Address | None:
    return _parsed_form(text) if len(text) <= MAX_TEXT else None


@lru_cache(maxsize=CACHED)
def _parsed_form(text: str) -> Address | None:
    written = _WRITTEN.fullmatch(text.strip())
    if written is None:
        return None
    try:
        address = ip_address(written[written.lastindex or 0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
