"""How much one client may send: a bounded table of allowances that fill up again by the minute."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network
from typing import NamedTuple

from segment_web.web.context.addresses import MAX_TEXT, client_address
from segment_web.web.request.web_scope import WebScope

MINUTE = 60.0
CLIENTS = 10_000  # remembered; one that is forgotten begins anew, with a full allowance
UNNAMED_PROXY = 10  # times the allowance, for all who come by a proxy that trusted_proxies does not name
PRIVATE = tuple(
    map(ip_network, ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"))
)  # where the proxies of an application are (RFC 1918, RFC 4193), and the machine itself
IPV6_SITE = 64  # bits; below them one household or one server has all addresses to itself


class Client(NamedTuple):
    """Who sends, and how many people that is taken to be."""

    name: str
    people: int = 1


class RateLimit:
    """``per_minute`` for each client, all at once or spread; ``clock`` gives monotonic seconds. Any thread may ask."""

    def __init__(self, per_minute: int, *, clock: Callable[[], float], clients: int = CLIENTS) -> None:
        self._capacity = per_minute
        self._clock = clock
        self._clients = clients
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # what was left, and when
        self._lock = threading.Lock()

    def wait(self, client: Client, count: int = 1, *, paid: int = 0) -> float:
        """Take ``count`` of the client's allowance and return 0; or take nothing and return the seconds to wait.

        ``paid`` is how many of them were taken before, as they will be at the next attempt. If ``count`` is more than a
        whole allowance, return infinity.
        """
        if count > self._capacity * client.people:
            return math.inf
        before = paid / client.people
        wanted = count / client.people - before
        with self._lock:
            now = self._clock()
            left, since = self._left.pop(client.name, (float(self._capacity), now))
            left = min(self._capacity, left + (now - since) * self._capacity / MINUTE)
            enough = left >= wanted
            self._left[client.name] = (left - wanted if enough else left, now)
            if len(self._left) > self._clients:
                self._left.popitem(last=False)
        return 0.0 if enough else (before + wanted - left) * MINUTE / self._capacity

    def __len__(self) -> int:
        return len(self._left)


def client_of(scope: WebScope) -> Client:
    """What a request is counted under: the client's address, for IPv6 its network.

    A proxy of a private network that ``trusted_proxies`` does not name is many people, none of whom can be told apart.
    """
    request, proxies = scope.request, scope.rules.proxies
    chain = request.header("X-Forwarded-For")
    name = client_address(request.peer, chain, proxies)
    try:
        address = ip_address(name)
    except ValueError:  # a Unix socket
        return Client(name[:MAX_TEXT], UNNAMED_PROXY)
    is_proxy = bool(chain) and not (proxies.hops or proxies.networks) and any(address in own for own in PRIVATE)
    if isinstance(address, IPv6Address):
        name = f"{int(address) >> (address.max_prefixlen - IPV6_SITE):x}"
    return Client(name, UNNAMED_PROXY if is_proxy else 1)
