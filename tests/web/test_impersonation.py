"""Who acts as another user: asked of whoever knows, only when it matters, and nothing links the two."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from segment_web import Analytics
from segment_web.messages.message import Message
from segment_web.snapshots import take
from segment_web.web.request.web_scope import WebScope
from tests.core.plain_request import Person, PlainRequest, scope_of

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
COOKIE = "ajs_anonymous_id=0f1e2d3c-aaaa"


def denied() -> bool:
    raise AssertionError("nobody is logged in")


def broken() -> bool:
    raise RuntimeError("a mistake of the application")


def of_ada(impersonation: Callable[[], bool] | None, **settings: object) -> WebScope:
    return scope_of(
        PlainRequest(headers={"User-Agent": CHROME}, cookies=COOKIE, person=Person(7), impersonation=impersonation),
        **settings,
    )


@pytest.mark.parametrize(
    ("session", "setting", "linked"),
    [
        (None, None, True),
        (lambda: False, None, True),
        (None, lambda request: False, True),
        (lambda: True, None, False),
        (None, lambda request: True, False),
        (lambda: False, lambda request: True, False),
        (broken, None, False),  # who cannot tell has not denied it
        (None, lambda request: broken(), False),
    ],
)
def test_the_session_or_the_setting_says_so(
    session: Callable[[], bool] | None, setting: Callable[..., bool] | None, linked: bool
) -> None:
    scope = of_ada(session, impersonated=setting)
    assert scope.anonymous_id(issue=True) == ("0f1e2d3c-aaaa" if linked else None)
    assert scope.user_id == 7
    assert scope.context().get("impersonated", False) is not linked


def test_it_is_not_asked_while_nobody_is_logged_in() -> None:
    scope = scope_of(PlainRequest(cookies=COOKIE, impersonation=denied))
    assert scope.anonymous_id(issue=True) == "0f1e2d3c-aaaa"
    assert "impersonated" not in scope.context()


def test_the_users_group_is_carried_and_not_said() -> None:
    """Saying it once a session means a cookie, and the browser is somebody else's."""
    scope = of_ada(lambda: True, group="pk")
    message = Message("track", event="Seen", user_id="7")
    assert scope.kept(message) == {"groupId": "7"}
    assert scope.recall().group.said is None


def test_jobs_keep_to_it() -> None:
    """A snapshot has the user and the mark, and no id of the browser."""
    client = Analytics("impersonation-write-key", delivery="null")
    taken = take(of_ada(lambda: True), client)
    assert taken is not None
    assert (taken["user_id"], taken.get("anonymous_id"), taken["context"]["impersonated"]) == ("7", None, True)
    client.close()
