"""``alias``: the new id by position, the previous one by name or from the scope."""

from __future__ import annotations

from typing import Any

import pytest

import segment_web
from segment_web import Analytics
from segment_web.messages.message import Message
from segment_web.scopes.scope import Scope
from segment_web.testing import capture_events
from tests.core.plain_request import Person, PlainRequest, scope_of

CLIENT = Analytics("alias-test-key", delivery="null")
ANONYMOUS = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"


@pytest.mark.once
@pytest.mark.parametrize(
    ("scope", "options", "previous_id"),
    [
        ({"user_id": "old", "anonymous_id": "a"}, {}, "old"),
        ({"anonymous_id": "a"}, {}, "a"),
        ({"user_id": "new", "anonymous_id": "a"}, {}, "a"),  # an id is not the previous one of itself
        ({"user_id": 7}, {}, "7"),
        ({"user_id": "old"}, {"previous_id": "said"}, "said"),
    ],
)
def test_the_previous_id_is_by_default_the_visitors(scope: Any, options: Any, previous_id: str) -> None:
    with capture_events() as events, segment_web.scope(**scope):
        assert CLIENT.alias("new", **options)
    assert (events[0]["userId"], events[0]["previousId"]) == ("new", previous_id)


@pytest.mark.once
def test_a_call_before_the_user_is_known_waits_for_the_previous_id() -> None:
    request = PlainRequest(user_ready=False, person=Person("old"), cookies=f"ajs_anonymous_id={ANONYMOUS}")
    with capture_events() as events:
        scope = scope_of(request)
        assert CLIENT.record(Message("alias", user_id="new"), scope)
        request.user_ready = True
        assert scope.user_id == "old"
    assert events[0]["previousId"] == "old"


@pytest.mark.once
def test_without_a_visitor_it_is_refused() -> None:
    assert CLIENT.record(Message("alias", user_id="new"), Scope()).reason == "previous_id_required"


@pytest.mark.once
def test_two_positional_ids_are_refused_with_the_cure() -> None:
    with pytest.raises(TypeError, match=r"the old id first; write alias\(new_id, previous_id=old_id\)"):
        CLIENT.alias("old", "new")  # type: ignore[arg-type]
