"""Flask-Security announces registrations before the user is stored; the events have its id all the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import Security, SQLAlchemyUserDatastore
from flask_security.models import fsqla_v3 as fsqla
from flask_sqlalchemy import SQLAlchemy

from segment_web.flask import Segment
from segment_web.testing import CapturedEvents

EMAIL = "ada@example.com"
PASSWORD = "a-long-enough-word"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    app, db = Flask("shop"), SQLAlchemy()
    app.config.from_mapping(
        SECRET_KEY="for tests",
        SECURITY_PASSWORD_SALT="salt",
        SECURITY_PASSWORD_HASH="plaintext",
        SECURITY_PASSWORD_SINGLE_HASH=["plaintext"],
        SECURITY_REGISTERABLE=True,
        SECURITY_USE_REGISTER_V2=True,
        SECURITY_SEND_REGISTER_EMAIL=False,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        WTF_CSRF_ENABLED=False,
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path}/db.sqlite3",
    )
    fsqla.FsModels.set_db_info(db)

    class Role(db.Model, fsqla.FsRoleMixin):  # type: ignore[name-defined,misc]
        pass

    class User(db.Model, fsqla.FsUserMixin):  # type: ignore[name-defined,misc]
        pass

    db.init_app(app)
    Security(app, SQLAlchemyUserDatastore(db, User, Role))
    Segment(app, write_key="key", delivery="null", user_traits=["email"])
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


def test_registration_is_a_sign_up_with_the_new_id(browser: FlaskClient, events: CapturedEvents) -> None:
    form = {"email": EMAIL, "password": PASSWORD, "password_confirm": PASSWORD}
    assert browser.post("/register", data=form).status_code == 302
    assert [(event.get("event", event["type"]), event.get("userId")) for event in events] == [
        ("identify", "1"),
        ("Signed Up", "1"),
    ]
    events.assert_identified("1", traits={"email": EMAIL})
