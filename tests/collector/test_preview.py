"""The line about a message's contents in the lists."""

from __future__ import annotations

from typing import Any

import pytest

from segment_web.collector.preview import preview

MANY = {f"p{number}": number for number in range(9)}


@pytest.mark.once
@pytest.mark.parametrize(
    ("message", "line"),
    [
        (
            {"type": "track", "properties": {"total": 1.5, "gift": False, "coupon": None}},
            "total: 1.5 · gift: false · coupon: null",
        ),
        (
            {"type": "page", "properties": {"tags": ["a"], "none": [], "page": {"a": 1}}},
            "tags: [1 item] · none: [] · page: {1 field}",
        ),
        ({"type": "identify", "traits": {"email": "a@example.com"}, "properties": {"x": 1}}, "email: a@example.com"),
        ({"type": "group", "traits": {"plan": "team"}}, "plan: team"),
        ({"type": "track", "properties": {"a" * 61: "b" * 61}}, f"{'a' * 59}…: {'b' * 59}…"),
        ({"type": "track", "properties": MANY}, " · ".join(f"p{number}: {number}" for number in range(8)) + " · …"),
        ({"type": "track", "properties": [1]}, ""),
        ({"type": "alias"}, ""),
        ({"invalid": 1}, ""),
    ],
)
def test_a_message_is_summed_up_in_a_line(message: dict[str, Any], line: str) -> None:
    assert preview(message) == line
