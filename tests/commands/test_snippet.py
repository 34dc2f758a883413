"""``segment-web snippet``: what pages get, and the policy they need for it."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from segment_web.browser.policy import refused, written
from segment_web.cli.main import main
from segment_web.client import Analytics
from segment_web.commands.project import Project
from segment_web.commands.snippet import render
from segment_web.flask import Segment

KEY = "snippet-write-key"


def test_without_a_key_pages_get_nothing_which_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["snippet"]) == 1
    assert capsys.readouterr().out.endswith("has no write key, which analytics.js is loaded by: set write_key.\n")


def test_an_applications_own_pages() -> None:
    app = Flask("shop")
    extension = Segment(app, write_key=KEY)
    app.register_blueprint(extension.proxy, url_prefix="/a")
    done = app.test_cli_runner().invoke(args=["segment", "snippet", "--json"])
    said = json.loads(done.output)
    assert done.exit_code == 0
    assert said["snippet"].startswith("<script>")
    assert '"mount":"/a/"' in said["snippet"]
    assert said["policy"] == {"script-src": ["'nonce-...'"], "connect-src": ["'self'"]}
    assert said["header"] == "script-src 'nonce-...'; connect-src 'self'"


@pytest.mark.parametrize(
    ("options", "hosts"),
    [
        ({}, "https://cdn.segment.com https://api.segment.io"),
        ({"region": "eu"}, "https://cdn.segment.com https://events.eu1.segmentapis.com"),
        (
            {"host": "https://in.shop.test:8443/x", "snippet": {"cdn": "https://js.shop.test/path"}},
            "https://js.shop.test https://in.shop.test:8443",
        ),
        (
            {"sources": {"web": {"write_key": "k", "region": "eu"}}, "snippet": {"source": "web"}},
            "https://cdn.segment.com https://events.eu1.segmentapis.com",
        ),
    ],
)
def test_without_the_proxy_it_names_the_hosts(options: dict[str, object], hosts: str) -> None:
    rendered = render(Analytics(KEY, **options), Project())
    assert written(rendered.policy) == f"script-src 'nonce-...'; connect-src {hosts}"


CDN = {"script-src": ("'nonce-...'",), "connect-src": ("https://cdn.segment.com",)}
PROXY = {"script-src": ("'nonce-...'",), "connect-src": ("'self'",)}


@pytest.mark.parametrize(
    ("policy", "needed", "missing"),
    [
        ("frame-ancestors 'none'", CDN, []),
        ("script-src 'nonce-x'; connect-src 'self'", PROXY, []),
        ("default-src 'self' 'nonce-x'", PROXY, []),
        ("default-src 'none'", PROXY, ["script-src", "connect-src"]),
        ("script-src 'self' 'unsafe-inline'", PROXY, []),
        ("script-src 'unsafe-inline' 'sha256-x'", PROXY, ["script-src"]),
        ("script-src 'nonce-x'; script-src-elem 'self'", PROXY, ["script-src"]),
        ("connect-src https://shop.test", PROXY, []),
        ("connect-src https://other.test", PROXY, ["connect-src"]),
        ("connect-src 'self'", CDN, ["connect-src"]),
        ("connect-src *.segment.com", CDN, []),
        ("connect-src segment.com", CDN, ["connect-src"]),
        ("connect-src https:", CDN, []),
        ("connect-src http://cdn.segment.com", CDN, ["connect-src"]),
        ("connect-src cdn.segment.com:444", CDN, ["connect-src"]),
        ("connect-src https: , connect-src 'self'", CDN, ["connect-src"]),
    ],
)
def test_what_a_policy_stops(policy: str, needed: dict[str, tuple[str, ...]], missing: list[str]) -> None:
    assert [name for name, _ in refused(policy, needed, own=["shop.test"])] == missing
