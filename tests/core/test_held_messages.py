"""A message that waits for its visitor (async code) is what it was when it was said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from segment_web import Analytics, Message
from segment_web.scopes.scope import Scope
from segment_web.settings import load
from tests.core.kept import Kept
from tests.core.plain_request import Person, PlainRequest, scope_of


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def client(kept: Kept) -> Iterator[Analytics]:
    with Analytics.from_settings(load({"write_key": "k", "bots": "keep"}), transport=kept) as made:
        yield made


def test_later_changes_of_the_callers_objects_do_not_reach_it(client: Analytics, kept: Kept) -> None:
    request = PlainRequest(user_ready=False, person=Person(7))
    scope = scope_of(request)
    properties = {"items": ["book"]}
    assert client.record(Message("track", event="Cart Viewed", properties=properties), scope)
    properties["items"].append("pen")
    request.user_ready = True
    assert scope.user_id == 7
    assert client.flush(5)
    [message] = kept.messages
    assert (message["userId"], message["properties"]) == ("7", {"items": ["book"]})


def test_what_has_no_json_form_is_counted_once(client: Analytics, kept: Kept) -> None:
    request = PlainRequest(user_ready=False)
    scope = scope_of(request)
    assert client.record(Message("track", event="Cart Viewed", properties={"odd": object()}), scope)
    request.user_ready = True
    scope.release()
    assert client.flush(5)
    assert (client.stats().marked, kept.messages[0]["properties"]) == (1, {"odd": "[object]"})


def corrected(message: Message, scope: Scope) -> Message:
    message.source, message.user_id = None, message.user_id and "7"
    return message


@pytest.mark.parametrize(
    ("settings", "options"),
    [
        (
            {
                "write_key": None,
                "sources": {"second": {"write_key": "k"}},
                "source_router": lambda message, scope: "second",
            },
            {},
        ),
        ({"before_send": corrected}, {"source": "nope"}),
        ({"before_send": corrected}, {"user_id": 1.5}),
    ],
)
def test_what_the_applications_stages_put_right_is_not_refused_before(
    kept: Kept, settings: dict[str, Any], options: dict[str, Any]
) -> None:
    request = PlainRequest(user_ready=False, person=Person(7), cookies="ajs_anonymous_id=a")
    scope = scope_of(request)
    with Analytics.from_settings(load({"write_key": "k", "bots": "keep", **settings}), transport=kept) as client:
        assert client.record(Message("track", event="Early", **options), scope)
        request.user_ready = True
        scope.settle(Person(7))
        assert client.flush(5)
    assert [message["event"] for message in kept.messages] == ["Early"]
