"""What Segment drops in silence beyond a limit is warned of, once a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from segment_web import Analytics
from segment_web.logs import log


def one_event(properties: dict[str, object]) -> Callable[[Analytics], object]:
    return lambda client: [client.track("Cart Viewed", properties, user_id=1) for _ in range(2)]


def names(count: int) -> Callable[[Analytics], object]:
    def send(client: Analytics) -> None:
        for number in range(count):
            client.track(f"Viewed {number}", user_id=1)
            client.track(f"Viewed {number}", user_id=1, source="other")

    return send


class Query:
    """As a Django queryset: its length is a query."""

    def __len__(self) -> int:
        raise AssertionError("queried")


@pytest.mark.once
def test_only_a_dict_is_asked_for_its_length() -> None:
    nonsense: Any = Query()
    with Analytics("k", delivery="null") as client:
        assert client.identify(1, nonsense).detail == "traits must be a dict, not Query"


@pytest.mark.once
@pytest.mark.parametrize(
    ("send", "warnings"),
    [
        (lambda client: client.group("g" * 500, user_id=1), ()),
        (lambda client: client.group("g" * 501, user_id=1), ("a group_id has 501 characters",)),
        (lambda client: client.identify(1, dict.fromkeys(map(str, range(299)))), ()),
        (lambda client: client.identify(1, dict.fromkeys(map(str, range(300)))), ("identify() has 300 traits",)),
        (lambda client: client.group("g", dict.fromkeys(map(str, range(300))), user_id=1), ("group() has 300 traits",)),
        (one_event({"cells": [[1] * 99] * 101}), ()),
        (one_event({"cells": [[1] * 100] * 100}), ("'Cart Viewed' has 10,000 properties",)),
        (names(3_999), ()),
        (names(4_001), ("sent to the source 'default'", "sent to the source 'other'")),
    ],
)
def test_it_is_warned_of_once(
    send: Callable[[Analytics], object], warnings: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    log.forget()
    with Analytics("k", delivery="null", sources={"other": {"write_key": "k2"}}) as client:
        send(client)
    assert [text in record.getMessage() for record, text in zip(caplog.records, warnings, strict=True)] == [
        True for _ in warnings
    ]
