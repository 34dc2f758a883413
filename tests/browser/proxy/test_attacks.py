"""Whatever a request says, the proxy speaks to the CDN of the settings alone, and asks it for nothing that is not listed."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from segment_web.browser.proxy.routes import ProxyRoute, RouteKind, route
from tests.browser.proxy import attack
from tests.browser.proxy.cdn import CHUNK, DESTINATION, KEY, LIBRARY, OLD_DESTINATION, PROJECT, CdnServer
from tests.house.checkout import CHECKOUT

ALLOWED = {LIBRARY: RouteKind.LIBRARY, PROJECT: RouteKind.SETTINGS}
ALLOWED |= dict.fromkeys((CHUNK, DESTINATION, OLD_DESTINATION), RouteKind.FILE)
TRICKS = [
    "next-integrations/../v1/t.js",
    "next-integrations/./a.js",
    "next-integrations/a/..%2f..%2fb.js",
    "next-integrations//a.js",
    "next-integrations/a.js\n",
    "next-integrations/a.js\x00",
    "next-integrations/a.js?x",
    "next-integrations/a.js#x",
    "next-integrations/\uff41.js",
    "next-integrations/@evil.example/a.js",
    "next-integrations/a\\b.js",
    "next-integrations/" + "a/" * 7 + "b.js",
    "next-integrations/" + "a" * 101 + "b.js",
    "analytics-next/bundles/../a.bundle.0123456789ab.js",
    "analytics-next/bundles/a.bundle.0123456789ab.js.map",
    "analytics-next/bundles/a.js",
    "analytics.js/v1/a/b/analytics.min.js",
    "analytics.js/v1//analytics.min.js",
    "v1/projects/a/settings/",
    "v1/projects/../settings/settings",
    "V1/T",
    "v1/t/x",
    "/v1/t",
]


@pytest.fixture(scope="module")
def attacked() -> Any:
    """What the process under attack did, with the CDN's port and what it was asked for."""
    with CdnServer() as cdn:
        command = [sys.executable, "-m", "tests.browser.proxy.attack", str(cdn.server_port)]
        done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return {**json.loads(done.stdout), "port": cdn.server_port, "asked": set(cdn.paths())}


def test_no_socket_but_the_pinned_one_is_opened(attacked: Any) -> None:
    assert attacked["requests"] > 5_000
    port = attacked["port"]
    places = {place for place in attacked["network"] if not place.startswith("socket.getaddrinfo")}
    assert places == {f"socket.connect ('127.0.0.1', {port})"}
    lookups = set(attacked["network"]) - places
    assert lookups == {f"socket.getaddrinfo ('127.0.0.1', {port})"}


def test_nothing_is_asked_for_that_is_not_listed(attacked: Any) -> None:
    assert set(attack.REAL) <= attacked["asked"]
    assert [path for path in attacked["asked"] if route(path) is None] == []


def test_no_attack_makes_an_error(attacked: Any) -> None:
    own = {200, 304, 400, 403, 404, 405, 429, 503}
    assert set(map(int, attacked["statuses"])) <= {*own, 308}  # Werkzeug 3.0 merges slashes by a redirect of its own


@pytest.mark.parametrize(("path", "kind"), ALLOWED.items())
def test_what_analytics_js_asks_for_is_there(path: str, kind: RouteKind) -> None:
    assert route(path) == ProxyRoute(kind, KEY if kind in (RouteKind.LIBRARY, RouteKind.SETTINGS) else path)


@pytest.mark.parametrize("path", TRICKS)
def test_a_path_that_is_written_otherwise_is_not(path: str) -> None:
    found = route(path)
    assert found is None or found.name == ".."  # which is no key of anybody's
