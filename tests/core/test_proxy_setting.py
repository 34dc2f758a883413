"""The setting ``proxy`` is checked at the start and never shows its password."""

from __future__ import annotations

import pickle

import pytest

from segment_web import Analytics, ConfigError
from segment_web.settings import load

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "url",
    [
        "socks5://user:pa55word@proxy.example:1080",
        "https://user:pa55word@proxy.example",
        "user:pa55word@proxy.example:3128",
        "http://",
        "http://:3128",
        "http://user:pa55word@",
        "http://user:pa55/word@proxy.example",
        "http://user:pa55@word@proxy.example",
        "http://user:pa55 word@proxy.example",
        "http://user:pa55word@proxy.example:0",
        "http://user:pa55word@proxy.example:65536",
        "http://user:pa55word@proxy.example:port",
        "http://user:pa55word@proxy.example/path",
        "http://user:pa55word@proxy.example?query",
    ],
)
def test_a_proxy_that_cannot_be_used_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ConfigError, match="proxy must be an http:// URL, as in") as caught:
        Analytics("k", proxy=url)
    assert "pa55" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://user:pa55word@proxy.example:3128", "http://***@proxy.example:3128"),
        ("http://user:pa55%40word@[::1]:65535/", "http://***@[::1]:65535/"),
        ("HTTP://proxy.example", "HTTP://proxy.example"),
    ],
)
def test_a_proxy_is_shown_without_its_password(url: str, shown: str) -> None:
    settings = load({"proxy": url}, environ={})
    assert settings.proxy is not None
    assert settings.proxy.reveal() == url
    assert f"proxy={shown}," in repr(settings)
    assert {str(settings.proxy), f"{settings.proxy}", repr(pickle.loads(pickle.dumps(settings.proxy)))} >= {shown}
    assert "pa55" not in repr(pickle.dumps(settings.proxy))


def test_a_proxy_may_come_from_a_vault() -> None:
    proxy = load({"proxy": lambda: "http://user:pa55word@proxy.example"}, environ={}).proxy
    assert proxy is not None
    assert (repr(proxy), proxy.reveal()) == ("http://***@proxy.example", "http://user:pa55word@proxy.example")
