"""Whatever goes wrong in tracking, the visitor gets the view's answer."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from segment_web.collector import CollectorServer
from tests.contracts.browser import Browser
from tests.contracts.conftest import Framework
from tests.contracts.hostile import CALLS, raising
from tests.contracts.said import label, said

# Settings that are the application's own code.
CODE: dict[str, Any] = {
    "request_filter": raising,
    "user_id": raising,
    "user_traits": raising,
    "context": raising,
    "before_send": (raising,),
    "source_router": raising,
}


@pytest.mark.parametrize("path", ["/bad-properties", "/bad-when"])
def test_a_callable_of_the_decorator_costs_its_event_alone(
    framework: Framework, segment: CollectorServer, path: str
) -> None:
    app = framework.app()
    visitor = Browser(app)
    answer = visitor.get(path)
    visitor.get("/decorated")
    assert (answer.status, answer.body) == (200, b"ok")
    assert [message["properties"] for message in said(app, segment)] == [{"plan": "pro", "coupon": "SPRING"}]


@pytest.mark.parametrize("setting", CODE)
def test_a_setting_that_raises_changes_no_answer(framework: Framework, setting: str) -> None:
    visitor = framework.browser(page_views=True, **{setting: CODE[setting]})
    answers = [visitor.post("/sign-up?name=anna"), visitor.get("/seen"), visitor.get("/decorated")]
    answers += [visitor.get("/page"), visitor.get("/stream"), visitor.post("/sign-out"), visitor.get("/look")]
    assert [answer.status for answer in answers] == [200] * len(answers)


@pytest.mark.parametrize("kind", CALLS)
def test_whatever_is_handed_over_the_view_answers(framework: Framework, segment: CollectorServer, kind: str) -> None:
    app = framework.app()
    visitor = Browser(app)
    answer = visitor.get(f"/hostile?kind={quote(kind)}")
    visitor.get("/seen?afterwards")
    assert (answer.status, answer.body) == (200, b"ok")
    assert said(app, segment)[-1]["context"]["page"]["search"] == "?afterwards"


@pytest.mark.parametrize("attribute", ["is_authenticated", "pk", "id"])
def test_a_broken_user_is_a_stranger(framework: Framework, segment: CollectorServer, attribute: str) -> None:
    app = framework.app()
    visitor = Browser(app)
    answer = visitor.get(f"/broken-user?at={attribute}")
    assert (answer.status, answer.body) == (200, b"ok")
    (message,) = said(app, segment)
    assert message["anonymousId"] == visitor.anonymous_id


def test_an_error_of_the_view_stays_the_views(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(page_views=True)
    assert Browser(app).get("/error").status == 500
    assert [label(message) for message in said(app, segment)] == ["Seen"]


@pytest.mark.parametrize("status", [400, 404, 500])
def test_a_decorated_view_that_fails_makes_no_event(
    framework: Framework, segment: CollectorServer, status: int
) -> None:
    app = framework.app()
    assert Browser(app).get(f"/decorated?status={status}").status == status
    assert said(app, segment) == []


def test_an_unreachable_segment_changes_no_answer(framework: Framework) -> None:
    """Port 9 is discard: nobody listens there."""
    visitor = framework.browser(host="http://127.0.0.1:9", page_views=True)
    assert [visitor.get(path).status for path in ("/seen", "/page", "/stream", "/decorated")] == [200] * 4
