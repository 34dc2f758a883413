"""The pages on Flask, with Flask-Login."""

from __future__ import annotations

import flask_login
from flask import Blueprint, Flask, Response, redirect, render_template_string, request
from werkzeug.wrappers import Response as AnyResponse

from segment_web.flask import current_segment
from tests.browser.content import Content

PLAIN = "<!doctype html><link rel=icon href=data:,><title>No snippet</title>"


class User(flask_login.UserMixin):  # type: ignore[misc] # a package without types
    """``id`` is the name."""

    def __init__(self, name: str) -> None:
        self.id = name
        self.username = name


def create_app(content: Content, *, proxied: bool) -> Flask:
    """The application, without segment_web."""
    app = Flask("pages")
    app.secret_key = "for tests"
    flask_login.LoginManager(app).user_loader(User)
    add_pages(app, content)
    if proxied:
        proxy = Blueprint("segment", __name__, url_prefix="/a")
        proxy.add_url_rule("/", "proxy", lambda: PLAIN)
        app.register_blueprint(proxy)
    return app


def add_pages(app: Flask, content: Content) -> None:
    @app.get("/")
    @app.get("/account/page")
    def page() -> Response:
        content.say(current_segment)
        text = render_template_string(content.template("", "{{{{ segment_{}(", ", ", ") }}"), **content.variables())
        return Response(text, headers=dict(content.headers), mimetype="text/html")

    @app.get("/hurry")
    def hurry() -> AnyResponse:
        content.say(current_segment)
        return redirect("/")

    @app.get("/plain")
    def plain() -> str:
        return render_template_string(PLAIN)  # a template too: Flask and its extensions hand it what they have

    @app.get("/sign-in")
    def sign_in() -> str:
        assert current_segment.user_id != ""  # looks who is here, as login pages do
        flask_login.login_user(User(request.args["name"]))
        return render_template_string(PLAIN)  # a template too: Flask and its extensions hand it what they have

    @app.get("/sign-out")
    def sign_out() -> str:
        flask_login.logout_user()
        return render_template_string(PLAIN)  # a template too: Flask and its extensions hand it what they have
