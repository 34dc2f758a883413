"""The id and the traits of users as frameworks have them."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import UUID

import pytest

from segment_web.web import people


class Login:
    """A user of Flask-Login that has nothing but its own identifier."""

    def get_id(self) -> str:
        return "token"


class Unstored(Login):
    id = None


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
    ],
)
def test_default_id(user: object, expected: object) -> None:
    assert people.user_id(user, "pk") == expected


@pytest.mark.parametrize(
    ("reader", "expected"), [("email", "a@b.co"), (lambda user: user.email.upper(), "A@B.CO"), ("nothing", None)]
)
def test_configured_id(reader: people.Reader, expected: object) -> None:
    assert people.user_id(SimpleNamespace(id=1, email="a@b.co"), reader) == expected


def test_traits_have_segments_names_and_leave_out_what_is_empty() -> None:
    user = SimpleNamespace(first_name="Ada", email="", plan=None, username="ada")
    found = people.traits(user, ("first_name", "email", "plan", "username", "unknown"))
    assert found == {"firstName": "Ada", "username": "ada"}


@pytest.mark.parametrize("user", ["ada", 7, UUID(int=1)])
def test_a_user_known_by_the_id_alone_has_no_traits(user: object) -> None:
    assert people.traits(user, ("title", "real")) == {}
