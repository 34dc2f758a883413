"""Which cookie domains browsers take, and where a wrong one is told."""

from __future__ import annotations

import logging

import pytest

from segment_web.logs import log
from segment_web.web.cookies.domains import covers, fault
from tests.web.visitor import Visitor


@pytest.mark.parametrize("domain", ["shop.example", ".shop.example", "www.shop.example", "mine.github.io", "SHOP.test"])
def test_nothing_speaks_against_a_domain_of_ones_own(domain: str) -> None:
    assert fault(domain) == ""


@pytest.mark.parametrize("domain", ["", ".", "com", "localhost", "10.0.0.1", "[::1]", "shop.example:80", "GitHub.io"])
def test_what_browsers_refuse(domain: str) -> None:
    assert fault(domain)


@pytest.mark.parametrize(
    ("domain", "host", "covered"),
    [
        ("shop.example", "shop.example", True),
        (".shop.example", "www.shop.example:8000", True),
        ("shop.example", "WWW.Shop.Example", True),
        ("www.shop.example", "shop.example", False),
        ("shop.example", "myshop.example", False),
        ("0.0.1", "10.0.0.1", False),
    ],
)
def test_a_host_may_set_cookies_for_its_own_domains(domain: str, host: str, covered: bool) -> None:
    assert covers(domain, host) is covered


@pytest.mark.parametrize(("domain", "lines"), [("shop.example", 0), ("other.example", 1)])
def test_a_host_outside_of_the_domain_is_told(caplog: pytest.LogCaptureFixture, domain: str, lines: int) -> None:
    log.forget()
    Visitor(cookie={"domain": domain}).event()
    told = [record for record in caplog.records if "outside of cookie['domain']" in record.getMessage()]
    assert [record.levelno for record in told] == [logging.WARNING] * lines


def test_a_cookie_that_comes_twice_is_told(caplog: pytest.LogCaptureFixture) -> None:
    log.forget()
    visitor = Visitor()
    with caplog.at_level(logging.INFO, "segment_web"):
        visitor.event()
        assert "twice" not in caplog.text
        visitor.jar["other"] = f"1; ajs_anonymous_id={visitor.jar['ajs_anonymous_id']}"
        visitor.event()
    assert "sent the anonymous cookie twice" in caplog.text
