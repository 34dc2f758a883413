"""The wait a server orders is read leniently, and never trusted beyond its cap."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segment_web.net.retry import RETRY_AFTER_CAP
from segment_web.net.retry_after import parse_retry_after

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


def http_date(seconds: float) -> str:
    return format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("1", 1.0),
        (" 17 ", 17.0),
        ("007", 7.0),
        ("300", 300.0),
        ("301", 300.0),
        ("9" * 5_000, 300.0),
        (http_date(42), 42.0),
        (http_date(86_400), 300.0),
        ("Sun Mar  1 12:00:42 2026", 42.0),
        ("Sunday, 01-Mar-26 12:00:42 GMT", 42.0),
    ],
)
def test_a_usable_retry_after_is_its_seconds_up_to_the_cap(value: str, wait: float) -> None:
    assert parse_retry_after({"retry-after": value}, NOW) == wait


@pytest.mark.parametrize(
    "value", ["", "0", "000", "-1", "+5", "1.5", "soon", "٣", "1e3", http_date(0), http_date(-5), "Mon, 99 Foo 2026"]
)
def test_an_unusable_retry_after_counts_as_absent(value: str) -> None:
    assert parse_retry_after({"retry-after": value}, NOW) is None


def test_the_rate_limit_header_stands_in_for_an_unusable_retry_after() -> None:
    assert parse_retry_after({"x-ratelimit-reset": "12"}, NOW) == 12.0
    assert parse_retry_after({"retry-after": "0", "x-ratelimit-reset": "12"}, NOW) == 12.0
    assert parse_retry_after({"retry-after": "3", "x-ratelimit-reset": "12"}, NOW) == 3.0


def test_the_rate_limit_header_is_clamped_and_never_a_date() -> None:
    assert parse_retry_after({"x-ratelimit-reset": "1760000000"}, NOW) == RETRY_AFTER_CAP
    assert parse_retry_after({"x-ratelimit-reset": "0"}, NOW) is None
    assert parse_retry_after({"x-ratelimit-reset": http_date(5)}, NOW) is None


@pytest.mark.parametrize("years", [-20, 20])
def test_a_wrong_wall_clock_does_not_change_a_wait_given_as_a_date(years: int) -> None:
    headers = {"date": http_date(0), "retry-after": http_date(30)}
    assert parse_retry_after(headers, NOW + timedelta(days=365 * years)) == 30.0


@given(st.fixed_dictionaries({}, optional={key: st.text() for key in ("retry-after", "x-ratelimit-reset", "date")}))
def test_no_header_raises_or_orders_a_wait_outside_the_bounds(headers: dict[str, str]) -> None:
    wait = parse_retry_after(headers, NOW)
    assert wait is None or 0 < wait <= RETRY_AFTER_CAP


@given(st.datetimes(), st.sampled_from(["GMT", "+0000", "-0000", "+2359", "-9999", ""]))
def test_no_date_raises_or_orders_a_wait_outside_the_bounds(date: datetime, zone: str) -> None:
    value = date.strftime("%a, %d %b %Y %H:%M:%S ") + zone
    wait = parse_retry_after({"retry-after": value}, NOW)
    assert wait is None or 0 < wait <= RETRY_AFTER_CAP
