"""The same HTTP request gives the same context, field by field, whichever framework has answered it."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from segment_web.collector import CollectorServer
from segment_web.version import VERSION
from tests.contracts.app import Request
from tests.contracts.browser import CHROME
from tests.contracts.conftest import Framework
from tests.contracts.said import said

HOST = ("Host", "shop.test")
AGENT = ("User-Agent", CHROME)
ALWAYS = {"channel": "server", "library": {"name": "segment-web-python", "version": VERSION}, "userAgent": CHROME}


class Case(NamedTuple):
    """``context`` is all that is sent beside :data:`ALWAYS`."""

    request: Request
    context: dict[str, Any]
    settings: dict[str, Any]


def case(
    path: str = "/seen",
    *headers: tuple[str, str],
    url: str = "",
    host: str | None = "shop.test",
    expected: dict[str, Any] | None = None,
    settings: dict[str, Any] | None = None,
    **wire: str,
) -> Case:
    """``url`` is the page's; ``expected`` is added to the page of an ordinary visitor."""
    named = [HOST if host == "shop.test" else ("Host", host)] if host is not None else []
    request = Request(path=path, headers=(*named, AGENT, *headers), cookies="ajs_anonymous_id=0f1e2d3c", **wire)
    url = url or f"http://shop.test{path}"
    rest = url.partition("shop.test")[2] if "shop.test/" in url else url
    where, mark, query = rest.partition("?")
    page = {"path": where, "referrer": "", "search": mark + query, "url": url}
    more = dict(expected or {})
    page |= more.pop("page", {})
    return Case(request, {"page": page, "ip": "192.0.2.1", **more}, settings or {})


def ask(framework: Framework, segment: CollectorServer, case: Case) -> dict[str, Any]:
    app = framework.app(**case.settings)
    assert app.driver.request(case.request).status == 200
    (message,) = said(app, segment)
    context: dict[str, Any] = message["context"]
    return context


CHAIN = "6.6.6.6, 203.0.113.9"
NETWORKS = {"trusted_proxies": ["192.0.2.0/24", "10.0.0.0/8"]}
ADDRESSES = {
    "the peer": case(),
    "nobody is trusted": case("/seen", ("X-Forwarded-For", CHAIN)),
    "one hop": case(
        "/seen", ("X-Forwarded-For", CHAIN), settings={"trusted_proxies": 1}, expected={"ip": "203.0.113.9"}
    ),
    "networks": case(
        "/seen", ("X-Forwarded-For", f"{CHAIN}, 10.1.2.3"), settings=NETWORKS, expected={"ip": "203.0.113.9"}
    ),
    "two headers are one chain": case(
        "/seen",
        ("X-Forwarded-For", "203.0.113.9"),
        ("X-Forwarded-For", "10.1.2.3"),
        settings=NETWORKS,
        expected={"ip": "203.0.113.9"},
    ),
    "an untrusted peer": case(
        "/seen", ("X-Forwarded-For", CHAIN), peer="198.51.100.7", settings=NETWORKS, expected={"ip": "198.51.100.7"}
    ),
    "nonsense": case("/seen", ("X-Forwarded-For", "\x01é, unknown"), settings={"trusted_proxies": 1}),
    "masked": case(settings={"ip": "mask"}, expected={"ip": "192.0.2.0"}),
    "none": case(settings={"ip": "none"}, expected={"ip": "0.0.0.0"}),
    "version 6": case(peer="2001:DB8:0::1", expected={"ip": "2001:db8::1"}),
    "version 4 in 6": case(peer="::ffff:192.0.2.1"),
}
UNKNOWN_HOST = "/seen?q=1"
HOSTS = {
    "a port": case(host="shop.test:8443", url="http://shop.test:8443/seen", expected={"page": {"path": "/seen"}}),
    "the scheme's own port": case(host="shop.test:80", url="http://shop.test/seen"),
    "another scheme's port": case(
        host="shop.test:443", url="http://shop.test:443/seen", expected={"page": {"path": "/seen"}}
    ),
    "version 6": case(host="[::1]:8000", url="http://[::1]:8000/seen", expected={"page": {"path": "/seen"}}),
    **{
        f"no host: {host!r}": case("/seen?q=1", host=host, url=UNKNOWN_HOST)
        for host in ("a b", "<script>", 'a"b', "a/b", "user@host", "é.test", "shop.test:port", "a,b")
    },
}
PATHS = {
    "https": case(scheme="https", url="https://shop.test/seen"),
    "encoded text": case("/seen/caf%C3%A9/%E6%9D%B1", url="http://shop.test/seen/caf%C3%A9/%E6%9D%B1"),
    "no text": case("/seen/%ff/%E6%9D/x", url="http://shop.test/seen/%EF%BF%BD/%EF%BF%BD/x"),
    "needless escapes": case("/seen/%61%7E%2D", url="http://shop.test/seen/a~-"),
    "a percent sign": case("/seen/100%25"),
    "a question mark in the path": case("/seen/why%3F"),
    "a hash in the path": case("/seen/%23top"),
    "blanks and quotes": case("/seen/a%20b%22c%22"),
    "a semicolon": case("/seen/a;b=c,d"),
    "slashes": case("/seen//a///b"),
    "dots": case("/seen/../a/./b"),
    "a line break": case("/seen/a%0Ab"),
    "mounted": case(mount="/shop", url="http://shop.test/shop/seen"),
    "no query, but its mark": case("/seen?", url="http://shop.test/seen"),
}
QUERIES = {
    "encoded": case("/seen?q=%C3%BC+a%20b&x=%26"),
    "as it was typed": case("/seen?q=a|b^c`d{e}", url="http://shop.test/seen?q=a%7Cb%5Ec%60d%7Be%7D"),
    "brackets": case("/seen?a[]=1&b[c]=2"),
    "several marks": case("/seen?a=?&b=/:@"),
    "a secret": case("/seen?token=abc&x=1", url="http://shop.test/seen?token=[redacted]&x=1"),
    "an address": case("/seen?to=anna%40example.com", url="http://shop.test/seen?to=[redacted]"),
    "a campaign": case(
        "/seen?utm_source=letter&utm_campaign=spring+%C3%BC&utm_term=a%26b",
        expected={"campaign": {"source": "letter", "name": "spring ü", "term": "a&b"}},
    ),
    "an ad network": case("/seen?btid=7", expected={"referrer": {"id": "7", "type": "dataxu"}}),
    "a click": case("/seen?gclid=7", expected={"campaign": {"gclid": "7"}}, settings={"click_ids": True}),
}
HINTS = (
    ("Sec-CH-UA", '"Chromium";v="126", "Not/A)Brand";v="8"'),
    ("Sec-CH-UA-Mobile", "?0"),
    ("Sec-CH-UA-Platform", '"Linux"'),
)
HEADERS = {
    "a referrer": case(
        "/seen",
        ("Referer", "https://search.test/?q=ü&token=abc"),
        expected={"page": {"referrer": "https://search.test/?q=ü&token=[redacted]"}},
    ),
    "a language": case("/seen", ("Accept-Language", "en;q=0.5, de-at"), expected={"locale": "de-AT"}),
    "client hints": case(
        "/seen",
        *HINTS,
        expected={
            "userAgentData": {
                "brands": [{"brand": "Chromium", "version": "126"}, {"brand": "Not/A)Brand", "version": "8"}],
                "mobile": False,
                "platform": "Linux",
            }
        },
    ),
    "half of the hints": case("/seen", *HINTS[:2]),
    "another method": case(method="DELETE"),
}


@pytest.mark.parametrize("case", ADDRESSES.values(), ids=ADDRESSES)
def test_the_clients_address(framework: Framework, segment: CollectorServer, case: Case) -> None:
    assert ask(framework, segment, case) == {**ALWAYS, **case.context}


@pytest.mark.parametrize("case", HOSTS.values(), ids=HOSTS)
def test_the_host(framework: Framework, segment: CollectorServer, case: Case) -> None:
    assert ask(framework, segment, case) == {**ALWAYS, **case.context}


@pytest.mark.parametrize("case", PATHS.values(), ids=PATHS)
def test_the_path(framework: Framework, segment: CollectorServer, case: Case) -> None:
    assert ask(framework, segment, case) == {**ALWAYS, **case.context}


@pytest.mark.parametrize("case", QUERIES.values(), ids=QUERIES)
def test_the_query_and_its_campaign(framework: Framework, segment: CollectorServer, case: Case) -> None:
    assert ask(framework, segment, case) == {**ALWAYS, **case.context}


@pytest.mark.parametrize("case", HEADERS.values(), ids=HEADERS)
def test_the_other_headers(framework: Framework, segment: CollectorServer, case: Case) -> None:
    assert ask(framework, segment, case) == {**ALWAYS, **case.context}
