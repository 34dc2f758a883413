"""What a call says about arguments in the wrong place: it names the call and the cure."""

from __future__ import annotations

from typing import Any

import pytest

import segment_web
from segment_web import Analytics
from tests.core.plain_request import Person

CLIENT: Any = Analytics("misuse-test-key", delivery="null")


@pytest.mark.once
@pytest.mark.parametrize(
    ("call", "options", "words"),
    [
        ("track", {"a": 1}, r"^track\(\) has no option 'a'; put data .* the dict: track\(event, \{'a': \.\.\.\}\)\.$"),
        ("track", {"name": 1}, r"track\(\) has no option 'name'; put data"),
        ("track", {"usr_id": 1}, r"track\(\) has no option 'usr_id'; write user_id=\.\.\., or put data"),
        ("identify", {"email": 1}, r"identify\(user_id, \{'email': \.\.\.\}\)"),
        ("page", {"title": 1}, r"page\(name, \{'title': \.\.\.\}\)"),
        ("screen", {"title": 1}, r"screen\(name, \{'title': \.\.\.\}\)"),
        ("group", {"plan": 1}, r"group\(group_id, \{'plan': \.\.\.\}\)"),
        ("alias", {"old": 1}, r"alias\(\) has no option 'old'; its options are anonymous_id, context"),
    ],
)
def test_an_unknown_option(call: str, options: dict[str, Any], words: str) -> None:
    for said in (getattr(CLIENT, call), getattr(segment_web, call)):
        with pytest.raises(TypeError, match=words):
            said("X", **options)


class Lazy:
    """As Django's ``request.user`` in an async view: its class is that of a user who must not be loaded there."""

    @property
    def __class__(self) -> Any:
        raise RuntimeError("evaluated")

    @__class__.setter
    def __class__(self, kind: Any) -> None: ...


@pytest.mark.once
@pytest.mark.parametrize(
    ("call", "arguments", "words"),
    [
        ("identify", {"user_id": {"plan": "pro"}}, "not dict; pass the dict as identify(..., traits=...)"),
        ("group", {"group_id": {"plan": "pro"}, "user_id": 1}, "not dict; pass the dict as group(..., traits=...)"),
        ("page", {"name": {"a": 1}, "user_id": 1}, "not dict; pass the dict as page(..., properties=...)"),
        ("track", {"event": {"a": 1}, "user_id": 1}, "not dict; pass the dict as track(..., properties=...)"),
        ("track", {"event": "X", "user_id": Person(7)}, "not Person; pass the id of the object, such as its .pk"),
        ("track", {"event": "X", "user_id": Lazy()}, "not Lazy; pass the id of the object, such as its .pk"),
        ("group", {"group_id": Person(7), "user_id": 1}, "not Person; pass the id of the object, such as its .pk"),
        ("alias", {"user_id": "a", "previous_id": {}}, "previous_id must be a non-empty string or an int, not dict"),
        ("track", {"event": "X", "user_id": [7]}, "user_id must be a non-empty string or an int, not list"),
        ("identify", {"user_id": 1, "traits": "x"}, "traits must be a dict, not str"),
        ("track", {"event": "X", "user_id": 1, "message_id": "m" * 101}, "must have at most 100 characters"),
    ],
)
def test_a_value_of_another_parameter(call: str, arguments: dict[str, Any], words: str) -> None:
    assert getattr(CLIENT, call)(**arguments).detail.endswith(words)
