"""Flask-Security: each action is said once, whether by form or by JSON; and who acts as another user is nobody's link."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import flask_security
import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from flask_login import login_user
from flask_security import MailUtil, Security, SQLAlchemyUserDatastore
from flask_security.models import fsqla_v3 as fsqla
from flask_security.signals import user_registered
from flask_sqlalchemy import SQLAlchemy

from segment_web.commands.project import Missing
from segment_web.flask import Segment, current_segment
from segment_web.flask.project import missing
from segment_web.testing import CapturedEvents
from tests.flask.conftest import browser_of

EMAIL = "ada@example.com"
PASSWORD = "a-long-enough-word"
ANOTHER = {"password": "a-second-long-word", "password_confirm": "a-second-long-word"}
TELLS_FAILURES = hasattr(flask_security, "user_failed_authn")  # releases from 5.8 on


class Mail(MailUtil):  # type: ignore[misc]
    """Keeps what the last e-mail was made of."""

    last: dict[str, Any]

    def send_mail(self, *_: Any, **context: Any) -> None:
        Mail.last = context


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    app, db = Flask("shop"), SQLAlchemy()
    app.config.from_mapping(
        SECRET_KEY="for tests",
        SECURITY_PASSWORD_SALT="salt",
        SECURITY_PASSWORD_HASH="plaintext",
        SECURITY_PASSWORD_SINGLE_HASH=["plaintext"],
        SECURITY_HASHING_SCHEMES=["hex_md5"],  # fast; of links in e-mails
        SECURITY_DEPRECATED_HASHING_SCHEMES=[],
        SECURITY_REGISTERABLE=True,
        SECURITY_CONFIRMABLE=True,
        SECURITY_CHANGEABLE=True,
        SECURITY_RECOVERABLE=True,
        SECURITY_USE_REGISTER_V2=True,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        WTF_CSRF_ENABLED=False,
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path}/db.sqlite3",
        SEGMENT_USER_TRAITS=["email", "confirmed_at"],
        SEGMENT_AUTH_EVENTS={"login_failed": True, "password_changed": True},
        SEGMENT_IMPERSONATED=lambda request: "acting" in session,
    )
    fsqla.FsModels.set_db_info(db)

    class Role(db.Model, fsqla.FsRoleMixin):  # type: ignore[name-defined,misc]
        pass

    class User(db.Model, fsqla.FsUserMixin):  # type: ignore[name-defined,misc]
        pass

    db.init_app(app)
    security = Security(app, SQLAlchemyUserDatastore(db, User, Role), mail_util_cls=Mail)
    Segment(app, write_key="key", delivery="null")
    app.add_url_rule("/act/<int:pk>", "act", lambda pk: str(act(db.session.get(User, pk))))
    app.add_url_rule("/seen", "seen", lambda: str(current_segment.track("Seen")))
    with app.app_context():
        db.create_all()
        for name in ("kai", "lea"):
            security.datastore.create_user(
                email=f"{name}@example.com", password=PASSWORD, confirmed_at=datetime.now(UTC)
            )
        db.session.commit()
    yield app
    with app.app_context():
        db.engine.dispose()


def act(user: Any) -> bool:
    """As applications do it that have no package for it."""
    session["acting"] = True
    done = login_user(user)
    if user.email.startswith("kai"):
        session.pop("acting")
    return done


class Visitor:
    """Posts forms or JSON, and reads what was said meanwhile as lines: event, user and which anonymous id it was."""

    def __init__(self, browser: FlaskClient, events: CapturedEvents, kind: str) -> None:
        self._browser, self._events, self._kind = browser, events, kind
        self._letters: dict[str, str] = {}

    def post(self, path: str, **data: str) -> list[str]:
        self._events.clear()
        answer = self._browser.post(path, **{self._kind: data})
        assert answer.status_code < 500, answer.text
        return [self._line(event) for event in self._events]

    def get(self, path: str) -> list[str]:
        self._events.clear()
        assert self._browser.get(path).status_code < 400
        return [self._line(event) for event in self._events]

    def _line(self, event: dict[str, Any]) -> str:
        assert PASSWORD not in str(event)
        known = event.get("anonymousId")
        letter = "-" if known is None else self._letters.setdefault(known, "AB"[len(self._letters)])
        marks = ["confirmed"] * ("confirmed_at" in event.get("traits", {}))
        marks += ["impersonated"] * ("impersonated" in event["context"])
        return " ".join([event.get("event", event["type"]), event.get("userId", "-"), letter, *marks])


@pytest.fixture(params=["data", "json"])
def visitor(request: pytest.FixtureRequest, app: Flask, events: CapturedEvents) -> Visitor:
    return Visitor(browser_of(app), events, request.param)


def test_the_doctor_looks_into_the_user_model(app: Flask) -> None:
    assert [missing(app, path) for path in ("pk", "email", "name", "emial")] == [
        None,
        None,
        Missing("User", "name"),
        Missing("User", "emial"),
    ]


@pytest.mark.filterwarnings("ignore:'get_token_status' is deprecated")  # old releases call it themselves
def test_each_action_is_said_once(visitor: Visitor) -> None:
    account = {"email": EMAIL, "password": PASSWORD}
    failure = ["Login Failed - A"] if TELLS_FAILURES else []
    assert visitor.post("/register", **account, password_confirm=PASSWORD) == ["identify 3 A", "Signed Up 3 A"]
    assert visitor.get(f"/confirm/{Mail.last['confirmation_token']}") == ["identify 3 - confirmed"]
    assert visitor.post("/login", email=EMAIL, password="wrong") == failure
    assert visitor.post("/login", **account) == ["identify 3 A confirmed", "Signed In 3 A"]
    changed = {"new_password": ANOTHER["password"], "new_password_confirm": ANOTHER["password"]}
    assert visitor.post("/change", password=PASSWORD, **changed) == ["Password Changed 3 A"]
    assert visitor.post("/logout") == ["Signed Out 3 A"]
    assert visitor.post("/reset", email=EMAIL) == []
    assert visitor.post(f"/reset/{Mail.last['reset_token']}", **ANOTHER) == ["Password Changed 3 -"]


def test_who_acts_as_another_user_is_not_linked_to_them(app: Flask, events: CapturedEvents) -> None:
    visitor = Visitor(browser_of(app), events, "data")
    visitor.post("/login", email="kai@example.com", password=PASSWORD)
    assert visitor.get("/act/2") == []
    assert visitor.get("/seen") == ["Seen 2 - impersonated"]
    assert visitor.get("/act/1") == []
    assert visitor.get("/seen") == ["Seen 1 A"]
    visitor.get("/act/2")
    assert visitor.post("/logout") == []
    assert visitor.get("/seen") == ["Seen - B"]


def test_a_datastore_may_be_another_than_sqlalchemy(
    app: Flask, events: CapturedEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where that is not even installed."""
    monkeypatch.setitem(sys.modules, "sqlalchemy.exc", None)
    app.add_url_rule("/plain", view_func=lambda: str(user_registered.send(app, user=7)))
    assert browser_of(app).get("/plain").status_code == 200
    events.assert_tracked("Signed Up", user_id=7)
