"""Which group a user belongs to, by an attribute, a path or a callable; and a group that the application says itself."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from segment_web.logs import log
from segment_web.messages.message import Message
from segment_web.settings import load
from segment_web.web.cookies.ajs import GROUP_ID, MAX_ID
from segment_web.web.request.response_cookies import write_cookies
from segment_web.web.request.web_scope import WebScope
from segment_web.web.rules import Rules
from segment_web.web.visitor.group import Group, group_of
from tests.core.plain_request import Person, PlainRequest
from tests.web.visitor import PlainResponse

ACME = SimpleNamespace(pk=7, name="Acme")
USER = SimpleNamespace(team_id="t1", nobody=None, profile=SimpleNamespace(team=ACME, team_id=8), no_profile=None)


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("team_id", Group("t1")),
        ("profile__team_id", Group("8")),
        ("profile__team", Group("7")),
        ("no_profile__team", None),
        ("nobody", None),
        ("absent", None),
    ],
)
def test_an_attribute_or_a_path_of_them(path: str, group: Group | None) -> None:
    assert group_of(USER, None, path) == group


def test_an_attribute_that_is_absent_is_logged_with_its_class(caplog: pytest.LogCaptureFixture) -> None:
    log.forget()
    assert group_of(USER, None, "profile__tema_id") is None
    assert caplog.messages == [
        "segment_web: the setting group names 'tema_id', but SimpleNamespace has no attribute of this name"
    ]


@pytest.mark.parametrize(
    ("answer", "group"),
    [
        ("acme", Group("acme")),
        (7, Group("7")),
        (UUID(int=1), Group(str(UUID(int=1)))),
        (ACME, Group("7")),
        (("acme", {"plan": "pro"}), Group("acme", {"plan": "pro"})),
        (("acme", None), Group("acme")),
        (("acme", "no traits"), Group("acme")),
        ((None, {"plan": "pro"}), None),
        (None, None),
        ("", None),
        (["acme"], None),
        (1.5, None),
    ],
)
def test_a_callable_is_given_the_request(answer: object, group: Group | None) -> None:
    request = SimpleNamespace(answer=answer)
    assert group_of(USER, request, lambda given: given.answer) == group


def scope(group: Any, cookies: str = "") -> WebScope:
    request = PlainRequest(person=Person(5), cookies=f"ajs_anonymous_id=0f1e2d3c; {cookies}")
    return WebScope(request, Rules.of(load({"group": group})), client=None)


def groups_beside(of: WebScope, kind: Any, **fields: Any) -> list[object]:
    """The ids of the group calls that accompany a message of this type."""
    message = Message(kind, **fields)
    of.kept(message)
    return [companion.group_id for companion in message.companions]


def group_cookie(of: WebScope) -> str | None:
    response = PlainResponse()
    write_cookies(of, response)
    return next((cookie.value for cookie in response.cookies if cookie.name == GROUP_ID), None)


def test_a_group_that_the_application_says_holds_from_there_on() -> None:
    visitor = scope(lambda request: "g1")
    assert visitor.kept(Message("group", group_id="g2", user_id="5")) == {}
    assert visitor.kept(Message("track", user_id="5")) == {"groupId": "g2"}
    assert groups_beside(visitor, "track", user_id="5") == []
    assert group_cookie(visitor) == "g2"


def test_a_message_that_names_another_user_is_of_no_group() -> None:
    visitor = scope(lambda request: "g1")
    assert visitor.kept(Message("track", user_id="6")) == {}
    assert visitor.kept(Message("group", group_id="g2", user_id="6")) == {}
    assert groups_beside(visitor, "track", user_id="6") == []
    assert group_cookie(visitor) is None


def test_an_id_that_no_cookie_could_remember_is_not_said_again_and_again() -> None:
    visitor = scope(lambda request: "g" * (MAX_ID + 1))
    assert visitor.kept(Message("track", user_id="5")) == {"groupId": "g" * (MAX_ID + 1)}
    assert groups_beside(visitor, "track", user_id="5") == []
    assert group_cookie(visitor) is None


def test_who_somebody_is_comes_before_where_they_belong() -> None:
    visitor = scope(lambda request: "g1")
    for kind in ("identify", "alias"):
        assert groups_beside(visitor, kind, user_id="5") == []
    assert groups_beside(visitor, "page", user_id="5") == ["g1"]
    assert groups_beside(visitor, "page", user_id="5") == []


def test_what_is_said_when_the_response_is_gone_says_no_group() -> None:
    visitor = scope(lambda request: "g1")
    visitor.close()
    assert visitor.kept(Message("track", user_id="5")) == {"groupId": "g1"}
    assert groups_beside(visitor, "track", user_id="5") == []


def test_the_next_user_of_a_request_says_the_same_group_anew() -> None:
    visitor = scope(lambda request: "g1")
    assert groups_beside(visitor, "track", user_id="5") == ["g1"]
    visitor.recall().forget(GROUP_ID)
    visitor.become(Person(6))
    assert groups_beside(visitor, "track", user_id="6") == ["g1"]
