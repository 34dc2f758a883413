"""URLs as a browser shows them: percent-encoded once, without the scheme's own port, without a host that is none."""

from __future__ import annotations

import pytest

from segment_web.exchange.urls import absolute_url


@pytest.mark.parametrize(
    ("path", "query", "rest"),
    [
        ("/", "", "/"),
        ("", "", "/"),
        ("/ü /", "", "/%C3%BC%20/"),
        ("/a;b=c,d@e:f!$&'()*+~", "", "/a;b=c,d@e:f!$&'()*+~"),
        ("/100%", "", "/100%25"),
        ("/what?", "", "/what%3F"),
        ("/#", "#", "/%23?%23"),
        ("/", "a=%20+&b[]=1?/", "/?a=%20+&b[]=1?/"),
        ("/", 'q="<ü>"', "/?q=%22%3C%C3%BC%3E%22"),
    ],
)
def test_path_and_query(path: str, query: str, rest: str) -> None:
    assert absolute_url("https", "shop.test", path, query) == f"https://shop.test{rest}"


@pytest.mark.parametrize(
    ("scheme", "host", "shown"),
    [
        ("http", "shop.test:80", "shop.test"),
        ("https", "shop.test:443", "shop.test"),
        ("http", "shop.test:443", "shop.test:443"),
        ("https", "[::1]:8000", "[::1]:8000"),
        ("http", "my_shop", "my_shop"),
    ],
)
def test_host(scheme: str, host: str, shown: str) -> None:
    assert absolute_url(scheme, host, "/", "") == f"{scheme}://{shown}/"


@pytest.mark.parametrize("host", ["", "a b", "a/b", "u@h", "<x>", "h:port", "h:123456", "\n", "h\n"])
def test_what_is_no_host_is_left_out(host: str) -> None:
    assert absolute_url("http", host, "/x", "q=1") == "/x?q=1"
