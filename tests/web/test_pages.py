"""context.page: path, referrer, search and URL."""

from __future__ import annotations

import pytest

from segment_web.web.context.pages import host, page
from segment_web.web.context.redaction import DEFAULT_PARAMETERS


@pytest.mark.parametrize(
    ("url", "path", "search"),
    [
        ("https://example.com/?q=1", "/", "?q=1"),
        ("https://shop.example/a/b?utm_source=x&z=1", "/a/b", "?utm_source=x&z=1"),
        ("https://shop.example/a%20b/", "/a%20b/", ""),
        ("https://shop.example", "/", ""),
        ("https://shop.example?q", "/", "?q"),
        ("https://shop.example/a?", "/a", ""),
        ("https://shop.example/a?b?c#d?e", "/a", "?b?c"),
        ("/a?b=http://c.example/", "/a", "?b=http://c.example/"),
        ("//evil/a", "//evil/a", ""),
    ],
)
def test_a_url_is_split_as_the_browsers_location_is(url: str, path: str, search: str) -> None:
    assert page(url, "", DEFAULT_PARAMETERS) == {"path": path, "referrer": "", "search": search, "url": url}


def test_every_field_is_redacted() -> None:
    assert page(
        "https://u:p@shop.example/by/joe%40example.com/?token=1&a=2", "https://x.example/?code=3", DEFAULT_PARAMETERS
    ) == {
        "path": "/by/[redacted]/",
        "referrer": "https://x.example/?code=[redacted]",
        "search": "?token=[redacted]&a=2",
        "url": "https://shop.example/by/[redacted]/?token=[redacted]&a=2",
    }


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://shop.example/a", "shop.example"),
        ("https://Shop.Example:443", "shop.example"),
        ("HTTP://shop.example:80?q", "shop.example"),
        ("http://shop.example:443/", "shop.example:443"),
        ("http://127.0.0.1:8000/", "127.0.0.1:8000"),
        ("http://[::1]:8000/", "[::1]:8000"),
        ("http://[::1]/", "[::1]"),
        ("http://u:p@shop.example:/", "shop.example"),
        ("/a?b=http://c.example/", ""),
        ("", ""),
    ],
)
def test_the_host_has_a_port_only_if_it_is_unusual(url: str, name: str) -> None:
    assert host(url) == name
