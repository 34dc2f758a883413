"""What is told of accounts at the end of a request: only of one that did not fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from segment_web import Analytics
from segment_web.testing import capture_events
from segment_web.web.accounts import pending
from segment_web.web.request.request_analytics import RequestAnalytics
from segment_web.web.request.web_scope import WebScope
from segment_web.web.rules import Rules
from tests.core.plain_request import Person, PlainRequest

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"


@dataclass
class Answer:
    """As much of a response as is asked for."""

    status: int


@pytest.mark.parametrize(
    ("status", "told"),
    [(200, ["Login Failed", "identify"]), (401, ["Login Failed"]), (500, [])],
)
def test_what_failed_changed_nothing(status: int, told: list[str]) -> None:
    client = Analytics("key", delivery="null", auth_events={"login_failed": True}, user_traits=["pk"])
    request = PlainRequest(headers={"User-Agent": CHROME})
    segment = RequestAnalytics(WebScope(request, Rules.of(client.settings), client), client)
    answer: Any = Answer(status)
    with capture_events() as events:
        pending.login_failed(segment)
        pending.traits_changed(segment, Person(7))
        for _ in range(2):
            pending.tell(segment, answer)
    assert [event.get("event", event["type"]) for event in events] == told
    client.close()
