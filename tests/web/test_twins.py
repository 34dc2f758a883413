"""The scopes in which a cookie of the same name is deleted."""

from __future__ import annotations

import pytest

from segment_web.exchange.http import Cookie
from segment_web.web.cookies.twins import MOST, twins

OWN = Cookie("id", "own", 60, "/", None, secure=True, httponly=False, samesite="Lax")
URL = "https://www.shop.test/account/page?a=/b"
PATHS = ["/", "/account", "/account/", "/account/page"]
DOMAINS = [None, "www.shop.test", "shop.test"]


@pytest.mark.parametrize(
    ("sent", "domain", "number"), [("", "shop.test", 0), ("id=1", None, 0), ("id=1", "shop.test", 1)]
)
def test_a_single_cookie_has_no_twin_but_the_hosts(sent: str, domain: str | None, number: int) -> None:
    found = twins(Cookie("id", "own", 60, "/", domain, secure=True, httponly=False, samesite="Lax"), sent, URL)
    assert [(twin.path, twin.domain, twin.max_age) for twin in found] == [("/", None, 0)] * number


def test_of_several_every_scope_of_the_page_is_deleted_but_the_own() -> None:
    found = twins(OWN, "id=1; id=2", URL)
    plain = {(twin.path, twin.domain) for twin in found if not twin.partitioned}
    apart = {(twin.path, twin.domain) for twin in found if twin.partitioned}
    assert plain == apart == {(path, domain) for path in PATHS for domain in DOMAINS} - {("/", None)}


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "a.b.c.d.e.f.shop.test"])
def test_no_request_makes_more_than_a_few_headers(host: str) -> None:
    found = twins(OWN, "id=1; id=2", f"https://{host}{'/x' * 500}")
    assert 0 < len(found) <= MOST
