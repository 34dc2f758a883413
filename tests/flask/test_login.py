"""Users: Flask-Login's, those of a ``user_loader``, and what logging in, out and signing up says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from flask_login import LoginManager, UserMixin, login_user, logout_user
from flask_login.utils import encode_cookie

from segment_web.flask import Segment, current_segment
from segment_web.testing import CapturedEvents
from tests.flask.conftest import browser_of


@dataclass
class User(UserMixin):
    id: int
    email: str = "ada@example.com"
    is_ready: bool = True


class Loads:
    """Counts how often users are loaded."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, user_id: str) -> User:
        self.count += 1
        return User(int(user_id))


@pytest.fixture
def loads() -> Loads:
    return Loads()


@pytest.fixture
def app(loads: Loads) -> Flask:
    app, manager, segment = Flask("shop"), LoginManager(), Segment(write_key="key", delivery="null")
    app.secret_key = "for tests"
    manager.user_loader(loads)
    segment.init_app(app)
    manager.init_app(app)
    routes: dict[str, Callable[[], Any]] = {
        "/quiet": lambda: "ok",
        "/seen": lambda: current_segment.track("Seen"),
        "/login": lambda: login_user(User(7)),
        "/logout": logout_user,
        "/signup": lambda: (segment.signed_up(User(7)), login_user(User(7))),
        "/admin": lambda: segment.signed_up(User(8)),
        "/login-twice": lambda: (login_user(User(7)), login_user(User(7))),
    }
    for path, say in routes.items():
        app.add_url_rule(path, path, lambda say=say: str(say()))
    return app


def told(events: CapturedEvents) -> list[tuple[str, str | None]]:
    return [(event.get("event", event["type"]), event.get("userId")) for event in events]


def test_the_user_is_loaded_only_for_an_event(browser: FlaskClient, loads: Loads, events: CapturedEvents) -> None:
    browser.get("/login")
    browser.get("/quiet")
    assert loads.count == 0
    browser.get("/seen")
    assert loads.count == 1
    events.assert_tracked("Seen", user_id=7)


def test_login_identifies_and_signs_in_with_both_ids(browser: FlaskClient, events: CapturedEvents) -> None:
    browser.get("/login")
    assert told(events) == [("identify", "7"), ("Signed In", "7")]
    cookie = browser.get_cookie("ajs_anonymous_id")
    assert cookie is not None
    assert {event["anonymousId"] for event in events} == {cookie.value}


def test_login_is_told_once_a_request(browser: FlaskClient, events: CapturedEvents) -> None:
    browser.get("/login-twice")
    events.assert_tracked("Signed In", count=1)


def test_logout_tells_who_left_and_makes_a_new_visitor(browser: FlaskClient, events: CapturedEvents) -> None:
    browser.get("/login")
    browser.get("/logout")
    browser.get("/seen")
    left, seen = events.assert_tracked("Signed Out", user_id=7), events.named("Seen")[0]
    assert "userId" not in seen
    assert seen["anonymousId"] != left["anonymousId"]


def test_logout_of_nobody_says_nothing(browser: FlaskClient, events: CapturedEvents) -> None:
    browser.get("/logout")
    assert len(events) == 0


def test_who_logs_in_where_another_is_remembered_is_another_visitor(
    app: Flask, browser: FlaskClient, events: CapturedEvents
) -> None:
    """The session has expired; Flask-Login's cookie still says whose browser it is."""
    app.add_url_rule("/other", view_func=lambda: str(login_user(User(8))), endpoint="other")
    with app.app_context():
        browser.set_cookie("remember_token", encode_cookie("7"))
    for path in ("/login", "/login", "/other"):
        browser.delete_cookie("session")
        browser.get(path)
    first, again, other = (event["anonymousId"] for event in events.named("Signed In"))
    assert first == again != other


def test_sign_up_is_told_once_and_the_login_after_it_not(browser: FlaskClient, events: CapturedEvents) -> None:
    browser.get("/signup")
    browser.get("/seen")
    assert told(events) == [("identify", "7"), ("Signed Up", "7"), ("Seen", "7")]


def test_an_administrator_who_makes_accounts_does_not_sign_up(browser: FlaskClient, events: CapturedEvents) -> None:
    browser.get("/login")
    events.clear()
    browser.get("/admin")
    assert len(events) == 0


def test_logins_of_another_application_are_its_own(app: Flask, events: CapturedEvents) -> None:
    other, manager = Flask("other"), LoginManager()
    other.secret_key = "for tests"
    manager.init_app(other)
    other.add_url_rule("/login", view_func=lambda: str(login_user(User(9))))
    browser_of(other).get("/login")
    assert len(events) == 0


def test_a_user_without_id_attribute_is_known_by_get_id(events: CapturedEvents) -> None:
    class Session(UserMixin):
        def get_id(self) -> str:
            return "token-1"

    app, manager = Flask("shop"), LoginManager()
    Segment(app, write_key="key", delivery="null")
    manager.init_app(app)
    manager.request_loader(lambda request: Session())
    app.add_url_rule("/", view_func=lambda: str(current_segment.track("Seen")))
    browser_of(app).get("/")
    events.assert_tracked("Seen", user_id="token-1")


def test_a_loader_that_fails_makes_an_anonymous_event(events: CapturedEvents) -> None:
    app = with_loader(lambda request: 1 / 0)
    assert browser_of(app).get("/").status_code == 200
    assert "userId" not in events.assert_tracked("Seen")


@pytest.mark.parametrize("user", [User(5), 5, "5"], ids=["object", "number", "text"])
def test_user_loader_without_an_extension(events: CapturedEvents, user: object) -> None:
    app = with_loader(lambda request: user if request.args.get("me") else None)
    browser = browser_of(app)
    browser.get("/")
    browser.get("/?me=1")
    assert [event.get("userId") for event in events] == [None, "5"]


def test_user_loader_is_not_asked_without_an_event(events: CapturedEvents) -> None:
    asked: list[object] = []
    app = with_loader(asked.append)
    app.add_url_rule("/quiet", view_func=lambda: "ok", endpoint="quiet")
    response = browser_of(app).get("/quiet")
    assert asked == []
    assert "Vary" not in response.headers


def test_the_user_loader_goes_before_flask_login(app: Flask, events: CapturedEvents) -> None:
    other, manager = Flask("other"), LoginManager()
    other.secret_key = "for tests"
    Segment(other, write_key="key", delivery="null", user_loader=lambda request: "somebody")
    manager.init_app(other)
    manager.user_loader(lambda user_id: User(int(user_id)))

    @other.get("/")
    def view() -> str:
        session["_user_id"] = "3"
        return str(current_segment.track("Seen"))

    browser_of(other).get("/")
    events.assert_tracked("Seen", user_id="somebody")


def test_a_login_that_flask_login_and_the_session_know_is_one(events: CapturedEvents) -> None:
    other = Flask("other")
    other.secret_key = "for tests"
    Segment(other, write_key="key", delivery="null", user_loader="_user_id")
    LoginManager(other).user_loader(lambda user_id: User(int(user_id)))
    other.add_url_rule("/in", "in", lambda: str(login_user(User(7))))
    other.add_url_rule("/out", "out", lambda: str(logout_user()))
    browser = browser_of(other)
    for path in ("/in", "/out"):
        browser.get(path)
    assert events.names == ["identify", "Signed In", "Signed Out"]


@pytest.mark.parametrize(("load", "user"), [(None, None), ("who", "7"), (lambda request: session["who"], "7")])
def test_a_login_manager_of_another_package_knows_no_users(events: CapturedEvents, load: Any, user: str | None) -> None:
    """An application may ship a copy of Flask-Login, with a ``current_user`` of its own."""
    other = Flask("other")
    other.secret_key = "for tests"
    other.login_manager = LookAlike()  # type: ignore[attr-defined]
    Segment(other, write_key="key", delivery="null", user_loader=load)
    other.add_url_rule("/", view_func=lambda: (session.update(who="7"), str(current_segment.track("Seen")))[1])
    browser_of(other).get("/")
    assert events.assert_tracked("Seen").get("userId") == user
    assert [event["event"] for event in events if event["type"] == "track"][1:] == ["Signed In"] * (load == "who")


class LookAlike:
    """The least of a copy."""

    def _load_user(self) -> None:
        raise AssertionError("this manager is not Flask-Login's")


def with_loader(load: Callable[..., object]) -> Flask:
    app = Flask("shop")
    app.config["SEGMENT_USER_LOADER"] = load
    Segment(app, write_key="key", delivery="null")
    app.add_url_rule("/", view_func=lambda: str(current_segment.track("Seen")))
    return app
