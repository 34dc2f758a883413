"""Allowances: by the minute, for each client apart, in a bounded table."""

from __future__ import annotations

from math import inf

import pytest

from segment_web.browser.proxy.rate import UNNAMED_PROXY, Client, RateLimit, client_of
from tests.core.plain_request import PlainRequest, scope_of

ANNA, BEN = Client("192.0.2.1"), Client("192.0.2.2")


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_minute_fills_an_allowance_again(clock: Clock) -> None:
    limit = RateLimit(60, clock=clock)
    assert limit.wait(ANNA, 60) == 0
    assert limit.wait(ANNA, 3) == 3
    clock.now += 2.5
    assert limit.wait(ANNA, 3) == 0.5
    clock.now += 0.5
    assert limit.wait(ANNA, 3) == 0
    clock.now += 1_000
    assert limit.wait(ANNA, 60) == 0
    assert limit.wait(ANNA) == 1


def test_each_client_has_its_own(clock: Clock) -> None:
    limit = RateLimit(1, clock=clock)
    assert [limit.wait(client) for client in (ANNA, BEN, ANNA)] == [0, 0, 60]


def test_more_than_a_whole_allowance_never_passes_and_costs_nothing(clock: Clock) -> None:
    limit = RateLimit(10, clock=clock)
    office = Client("10.0.0.1", UNNAMED_PROXY)
    assert [limit.wait(ANNA, 11), limit.wait(office, 10 * UNNAMED_PROXY + 1)] == [inf, inf]
    assert [limit.wait(ANNA, 10), limit.wait(office, 10 * UNNAMED_PROXY)] == [0, 0]


def test_the_table_is_bounded_and_forgets_the_idle_first(clock: Clock) -> None:
    limit = RateLimit(1, clock=clock, clients=100)
    limit.wait(ANNA)
    for number in range(1_000):
        limit.wait(Client(f"198.51.100.{number}"))
        assert limit.wait(ANNA) > 0  # who goes on is not forgotten
    assert len(limit) == 100


@pytest.mark.parametrize(
    ("peer", "chain", "proxies", "client"),
    [
        ("203.0.113.7", "", (), Client("203.0.113.7")),
        ("203.0.113.7", "198.51.100.1", (), Client("203.0.113.7")),  # forged: there is no proxy
        ("10.0.0.1", "198.51.100.1", ("10.0.0.0/8",), Client("198.51.100.1")),
        ("10.0.0.1", "198.51.100.1", (), Client("10.0.0.1", UNNAMED_PROXY)),
        ("10.0.0.1", "", (), Client("10.0.0.1")),
        ("", "", (), Client("", UNNAMED_PROXY)),
        ("2001:db8:1:2:3::4", "", (), Client("20010db800010002")),
        ("2001:db8:1:2:ffff::9", "", (), Client("20010db800010002")),
    ],
)
def test_a_client_is_an_address_or_a_network(peer: str, chain: str, proxies: tuple[str, ...], client: Client) -> None:
    headers = {"X-Forwarded-For": chain} if chain else {}
    assert client_of(scope_of(PlainRequest(peer=peer, headers=headers), trusted_proxies=proxies)) == client


def test_many_people_behind_one_address_have_more(clock: Clock) -> None:
    limit = RateLimit(10, clock=clock)
    office = Client("10.0.0.1", UNNAMED_PROXY)
    assert sum(limit.wait(office) == 0 for _ in range(1_000)) == 10 * UNNAMED_PROXY


def test_what_was_paid_before_is_part_of_the_whole(clock: Clock) -> None:
    """A request pays for one message before it is read, and for the rest of them when their number is known."""
    limit = RateLimit(6, clock=clock)
    assert [limit.wait(ANNA), limit.wait(ANNA, 6, paid=1)] == [0, 0]  # a whole allowance, and not one more
    assert limit.wait(ANNA) > 0


def test_the_wait_is_long_enough_to_pay_anew(clock: Clock) -> None:
    limit = RateLimit(6, clock=clock)
    limit.wait(ANNA, 4)
    assert limit.wait(ANNA) == 0
    clock.now += limit.wait(ANNA, 5, paid=1)
    assert [limit.wait(ANNA), limit.wait(ANNA, 5, paid=1)] == [0, 0]
