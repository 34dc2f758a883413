"""What a session is made of: the TLS context, the connection pool, a request's address; and all imports they need.

The imports are the second task. A module imported for the first time by the thread that posts would take the import
lock there, and a process forked at that moment inherits the lock for ever. So all that httpx, httpcore and ssl load at
their first request is loaded here (a test compares ``sys.modules`` before and after).
"""

from __future__ import annotations

import encodings.idna
import encodings.punycode  # noqa: F401 - with idna: how host names are encoded, loaded at the first one
import ssl
from functools import lru_cache
from typing import Final, NamedTuple

import certifi
import httpcore
import httpx

from segment_web.errors import ConfigError
from segment_web.settings.secret import Secret

KEEPALIVE: Final = 30.0  # seconds idle; less than load balancers and NAT tables commonly allow (60 s and more)
_TARGETS: Final = 64  # addresses kept ready; a process posts to one or two

certifi.where()  # unpacks its resource, with imports of its own, only once


class Target(NamedTuple):
    """Where a request goes: httpcore's URL, the Host header, and ``host:port`` for messages."""

    url: httpcore.URL
    host: bytes
    where: str


@lru_cache(maxsize=_TARGETS)
def target_of(url: str) -> Target:
    """Reads an absolute http or https URL, without the password in it. Raises ValueError for anything else."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError):
        raise ValueError("not a URL") from None
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise ValueError("not an absolute http or https URL")
    port = parsed.port or (443 if parsed.scheme == "https" else 80)
    if not 0 < port < 1 << 16:
        raise ValueError("not a port")  # the C library would take the number modulo 65,536
    core = httpcore.URL(scheme=parsed.raw_scheme, host=parsed.raw_host, port=parsed.port, target=parsed.raw_path)
    return Target(core, parsed.netloc, f"{parsed.raw_host.decode('ascii')}:{port}")


def read_proxy(proxy: Secret | str | None) -> httpx.Proxy | None:
    """The proxy to go through. Raises ConfigError unless it is an http:// URL (its target may well be https)."""
    url = proxy.reveal() if isinstance(proxy, Secret) else proxy
    try:
        read = httpx.Proxy(url) if url else None
    except (ValueError, httpx.InvalidURL):
        read = None
    if url and (read is None or read.url.scheme != "http" or not read.url.host):
        raise ConfigError("proxy must be an http:// URL, as in http://user:password@proxy.example:3128")
    return read


def tls_context(ca_file: str | None) -> ssl.SSLContext:
    """A context that verifies certificates and names, against the public authorities and those in ``ca_file`` (PEM)."""
    context = httpx.create_ssl_context(trust_env=False)
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


def check_ca_file(ca_file: str | None) -> None:
    """Raises ConfigError unless the file holds certificates: said at the start, not at the first delivery."""
    if not ca_file:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(ca_file)
    except OSError:
        raise ConfigError("ca_file must be a readable file of certificates in PEM format") from None


def open_pool(
    context: ssl.SSLContext | None, proxy: httpx.Proxy | None, backend: httpcore.NetworkBackend
) -> httpcore.ConnectionPool:
    """A pool of one HTTP/1.1 connection that is kept alive: more would not be faster, and HTTP/2 costs more.

    ``context`` is what TLS needs, None for a server that is spoken to without.
    """
    if proxy is None:
        return httpcore.ConnectionPool(context, max_connections=1, keepalive_expiry=KEEPALIVE, network_backend=backend)
    url = httpcore.URL(scheme=b"http", host=proxy.url.raw_host, port=proxy.url.port, target=b"/")
    return httpcore.HTTPProxy(
        url,
        proxy_auth=proxy.raw_auth,
        ssl_context=context,
        max_connections=1,
        keepalive_expiry=KEEPALIVE,
        network_backend=backend,
    )
