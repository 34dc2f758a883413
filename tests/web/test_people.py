"""The id and the traits of users as frameworks have them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from types import SimpleNamespace
from uuid import UUID

import pytest

from segment_web.logs import log
from segment_web.web.visitor import users


class Login:
    """A user of Flask-Login that has nothing but its own identifier."""

    def get_id(self) -> str:
        return "token"


class Unstored(Login):
    id = None


def row() -> sqlite3.Row:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.row_factory = sqlite3.Row
        found: sqlite3.Row = connection.execute("SELECT 4 AS id, 'ada' AS username").fetchone()
    return found


ROW = row()


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        (SimpleNamespace(pk=1, id=2), 1),
        (SimpleNamespace(pk=None, id=2), 2),
        (SimpleNamespace(id=0), 0),
        (Login(), "token"),
        (Unstored(), None),
        (SimpleNamespace(), None),
        ("u1", "u1"),
        (7, 7),
        (UUID(int=1), UUID(int=1)),
        ({"id": 3, "email": "a@b.co"}, 3),
        (ROW, 4),
    ],
)
def test_default_id(user: object, expected: object) -> None:
    assert users.user_id(user, "pk") == expected


@pytest.mark.parametrize(
    ("reader", "expected"), [("email", "a@b.co"), (lambda user: user.email.upper(), "A@B.CO"), ("nothing", None)]
)
def test_configured_id(reader: users.Reader, expected: object) -> None:
    assert users.user_id(SimpleNamespace(id=1, email="a@b.co"), reader) == expected


def test_traits_have_segments_names_and_leave_out_what_is_empty() -> None:
    user = SimpleNamespace(first_name="Ada", email="", plan=None, username="ada")
    found = users.traits(user, ("first_name", "email", "plan", "username", "unknown"))
    assert found == {"firstName": "Ada", "username": "ada"}


@pytest.mark.parametrize("user", ["ada", 7, UUID(int=1)])
def test_a_user_known_by_the_id_alone_has_no_traits(user: object) -> None:
    assert users.traits(user, ("title", "real")) == {}


def test_a_row_of_a_database_has_traits() -> None:
    assert users.traits(ROW, ("username", "email")) == {"username": "ada"}


def test_a_callable_may_find_the_traits_of_an_id() -> None:
    assert users.traits(7, lambda user_id: {"plan": f"plan {user_id}"}) == {"plan": "plan 7"}


def test_a_user_without_an_id_is_told(caplog: pytest.LogCaptureFixture) -> None:
    log.forget()
    users.user_id(SimpleNamespace(), "pk")
    assert "finds no id of a user of type SimpleNamespace; set user_id to the name of another attribute" in caplog.text


def test_a_trait_that_users_do_not_have_is_logged_with_its_class(caplog: pytest.LogCaptureFixture) -> None:
    log.forget()
    users.traits(SimpleNamespace(email=None), ("email", "emial"))
    assert caplog.messages == [
        "segment_web: the setting user_traits names 'emial', but SimpleNamespace has no attribute of this name"
    ]
