"""Each HTTP status has the verdict the promises give it."""

from __future__ import annotations

import pytest

from segment_web.messages.outcome import Verdict
from segment_web.net.statuses import verdict

SPLIT = {400, 413}
PAUSE = {401, 403, 404, 407, *range(300, 400)}
RETRY = {408, 410, 429, 460, *range(100, 200), *range(500, 600)} - {501, 505, 511}


def expected(status: int) -> str:
    if 200 <= status < 300:
        return "delivered"
    for name, members in (("split", SPLIT), ("pause", PAUSE), ("retry", RETRY)):
        if status in members:
            return name
    return "refuse"


def test_every_status_has_its_verdict() -> None:
    statuses = range(100, 600)
    assert {status: str(verdict(status)) for status in statuses} == {status: expected(status) for status in statuses}


@pytest.mark.parametrize("status", [0, 99, 600, 799, 999])
def test_a_number_that_is_no_status_is_tried_again(status: int) -> None:
    assert verdict(status) is Verdict.RETRY
