"""Where a visit begins: on the page that its visitor saw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.web.visitor import SHOP, Visitor

PAGE = f"{SHOP}/spring?utm_source=news"
SCRIPT = {"Sec-Fetch-Dest": "empty"}


def begun(path: str, **request: Any) -> Mapping[str, Any]:
    visit = Visitor().event(path, **request)
    assert visit is not None
    return {name: visit[name] for name in ("landingPage", "referrer", "campaign") if name in visit}


@pytest.mark.parametrize("request_", [{"method": "POST"}, {"headers": SCRIPT}, {"headers": {"HX-Request": "true"}}])
def test_what_a_page_asks_for_begins_on_that_page(request_: dict[str, Any]) -> None:
    assert begun("/cart", referrer=PAGE, **request_) == {"landingPage": PAGE, "campaign": {"source": "news"}}


def test_a_page_that_a_script_puts_in_place_is_a_landing_page() -> None:
    headers = {**SCRIPT, "HX-Request": "true", "HX-Boosted": "true"}
    assert begun("/cart", referrer=PAGE, headers=headers) == {"landingPage": f"{SHOP}/cart"}


@pytest.mark.parametrize("referrer", ["", "https://bank.example/paid"])
def test_another_sites_page_is_no_landing_page(referrer: str) -> None:
    assert begun("/paid", method="POST", referrer=referrer)["landingPage"] == f"{SHOP}/paid"


def test_a_page_of_this_site_is_no_referrer() -> None:
    assert begun("/about", referrer=f"{SHOP}/") == {"landingPage": f"{SHOP}/about"}


def test_the_page_that_a_browsers_own_message_names_comes_first() -> None:
    page = {"url": f"{SHOP}/spring", "search": "?utm_source=news", "referrer": "https://search.example/"}
    assert begun("/a/v1/t", method="POST", referrer=f"{SHOP}/other", context={"page": page}) == {
        "landingPage": f"{SHOP}/spring",
        "referrer": "https://search.example/",
        "campaign": {"source": "news"},
    }


@pytest.mark.parametrize("page", [None, "a", {}, {"url": 5}, {"url": None, "referrer": []}, {"url": ""}])
def test_a_named_page_that_is_none_is_passed_over(page: object) -> None:
    assert begun("/about", context={"page": page})["landingPage"] == f"{SHOP}/about"


@pytest.mark.parametrize("named", [True, False], ids=["named", "its own"])
def test_secrets_of_urls_are_kept_in_no_cookie(named: bool) -> None:
    path = "/reset?token=hush&utm_content=anna@example.com"
    context = {"page": {"url": SHOP + path, "referrer": f"https://mail.example/{path}"}} if named else None
    kept = str(begun("/" if named else path, referrer=f"https://mail.example/{path}", context=context))
    assert "[redacted]" in kept
    assert "hush" not in kept
    assert "anna" not in kept
