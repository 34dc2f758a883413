"""The scopes in which a cookie of the same name is deleted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from segment_web.exchange.http import Cookie
from segment_web.web.cookies.morsels import morsels
from segment_web.web.cookies.twins import MOST, ROOM, fitting, twins

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
    every = {(path, domain) for path in PATHS for domain in DOMAINS}
    assert (plain, apart) == (every - {("/", None)}, every)


@pytest.mark.parametrize("sent", ["id=1", "id=1; id=2"])
def test_beside_a_partitioned_cookie_the_one_of_the_same_scope_goes(sent: str) -> None:
    """The setting came to a live site: else a logout would leave the former id in the browser."""
    own = Cookie("id", "own", 60, "/", None, secure=True, httponly=False, samesite="None", partitioned=True)
    first, *others = twins(own, sent, URL)
    assert (first.path, first.domain, first.max_age, first.partitioned) == ("/", None, 0, False)
    assert len(others) == (22 if "2" in sent else 0)


def test_the_deletions_of_one_response_fit_into_the_buffer_of_a_web_server() -> None:
    """If its headers were too large, the visitor would get an error, the deletions would not arrive, and so on."""
    groups = [twins(replace(OWN, name=name), f"{name}=1; {name}=2", URL) for name in ("id", "user", "group")]
    found = [*fitting(groups)]
    lines = [f"Set-Cookie: {morsel.OutputString()}\r\n" for morsel in morsels(found).values()]
    assert ROOM * 0.8 < sum(map(len, lines)) <= ROOM
    assert [sum(twin.name == name for twin in found) > 3 for name in ("id", "user", "group")] == [True] * 3


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "a.b.c.d.e.f.shop.test"])
def test_no_request_makes_more_than_a_few_headers(host: str) -> None:
    found = twins(OWN, "id=1; id=2", f"https://{host}{'/x' * 500}")
    assert 0 < len(found) <= MOST
