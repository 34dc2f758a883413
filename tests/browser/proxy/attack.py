"""Attacks a Flask application's proxy in a process of its own, where an audit hook sees every connection and lookup.

Run as ``python -m tests.browser.proxy.attack CDN_PORT``; prints, as JSON, how many requests were made, which statuses they
had, and every place that was connected to, looked up or opened for it.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections import Counter
from collections.abc import Iterator
from urllib.parse import quote

KEY = "contract-write-key"
EVIL = ["127.0.0.1:9", "evil.example", "169.254.169.254", "[::1]:9", "localhost:9", "0x7f000001:9", "127.1:9"]
TARGETS = [
    f"{scheme}{host}/x.js" for host in EVIL for scheme in ("http://", "https://", "//", "\\\\", "file://", "ftp://")
]
PREFIXES = [
    "",
    "/",
    "//",
    "v1/projects/",
    f"v1/projects/{KEY}/",
    f"analytics.js/v1/{KEY}/",
    "analytics.js/v1/",
    "analytics-next/bundles/",
    "next-integrations/",
    "next-integrations/actions/../../",
    "next-integrations/%2e%2e/",
    "v1/t/",
    "@",
]
SUFFIXES = [
    "",
    "?",
    "#",
    "/settings",
    "/analytics.min.js",
    ".bundle.0123456789ab.js",
    "%00.js",
    "%0d%0aHost: evil.example",
    ".js",
]
REAL = [f"v1/projects/{KEY}/settings", f"analytics.js/v1/{KEY}/analytics.min.js", "next-integrations/actions/a/b.js"]
REAL += ["analytics-next/bundles/870.bundle.0123456789abcdef0123.js"]
HOST_HEADERS = [
    "Host",
    "X-Forwarded-Host",
    "Forwarded",
    "X-Original-URL",
    "X-Rewrite-URL",
    "X-Host",
    "Referer",
    "Origin",
]
HOST_HEADERS += ["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Server", "X-HTTP-Host-Override", "Proxy", "Via"]
HOST_HEADERS += ["Destination", "Location", "Content-Location", "Access-Control-Request-Headers", "Upgrade", "If-Match"]
NETWORK = ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request")

Attack = tuple[str, str, dict[str, str]]


def attacks() -> Iterator[Attack]:
    """A method, a path and headers each."""
    for prefix, target, suffix in itertools.product(PREFIXES, TARGETS, SUFFIXES):
        yield "GET", f"/a/{prefix}{target}{suffix}", {}
        yield "GET", f"/a/{prefix}{quote(target, safe='')}{suffix}", {}
    for path, header, host in itertools.product(REAL, HOST_HEADERS, EVIL):
        yield "GET", f"/a/{path}", {header: host}
        yield "GET", f"/a/{path}?url=http://{host}/&host={host}&cdn={host}", {header: f"http://{host}/"}
    for method, path, host in itertools.product(
        ("POST", "PUT", "CONNECT", "TRACE", "HEAD"), (*REAL, "v1/t", "v1/b"), EVIL
    ):
        yield method, f"/a/{path}", {"Host": host, "X-Forwarded-Host": host}
        yield method, f"http://{host}/a/{path}", {}


def main(cdn: str) -> None:
    from flask import Flask

    from segment_web.flask import Segment

    app = Flask("attacked")
    app.config["SECRET_KEY"] = "for tests"
    segment = Segment(app, write_key=KEY, delivery="null", first_party={"cdn": f"http://127.0.0.1:{cdn}"})
    app.register_blueprint(segment.proxy, url_prefix="/a")
    seen: Counter[str] = Counter()
    sys.addaudithook(lambda event, args: seen.update([f"{event} {_place(event, args)}"]) if event in NETWORK else None)
    statuses: Counter[int] = Counter()
    for method, path, headers in attacks():
        statuses[_ask(app, method, path, headers)] += 1
    print(json.dumps({"requests": statuses.total(), "statuses": statuses, "network": seen}))


def _place(event: str, args: tuple[object, ...]) -> str:
    return repr(args[1] if event in ("socket.connect", "socket.sendto") else args[:2])


def _ask(app: object, method: str, path: str, headers: dict[str, str]) -> int:
    from tests.contracts.app import Request
    from tests.contracts.wsgi import WsgiDriver

    sent = tuple({"Host": "shop.test", **headers}.items())
    return WsgiDriver(app).request(Request(method, path, sent, peer="203.0.113.7", body=b"{}")).status


if __name__ == "__main__":
    main(sys.argv[1])
