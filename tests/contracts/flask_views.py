"""The routes on Flask, with Flask-Login."""

from __future__ import annotations

import json
from collections.abc import Iterator

import flask_login
from flask import Blueprint, Flask, Response, current_app, g, request, stream_with_context

import segment_web
from segment_web.flask import Segment, current_segment, track_event
from tests.contracts.app import MEETING
from tests.contracts.hostile import CALLS, BrokenUser, raising

ROWS = 3

blueprint = Blueprint("contract", __name__)


class User(flask_login.UserMixin):  # type: ignore[misc] # a package without types
    """``number`` is the primary key."""

    def __init__(self, number: int) -> None:
        self.id = number


class Accounts:
    """Who has signed up, by name; an application has one, and its segment_web is told of who signs up."""

    def __init__(self, app: Flask, segment: Segment) -> None:
        self._segment = segment
        self._numbers: dict[str, int] = {}
        app.extensions["accounts"] = self
        flask_login.LoginManager(app).user_loader(lambda number: User(int(number)))

    def add(self, name: str) -> User:
        user = User(self._numbers.setdefault(name, len(self._numbers) + 1))
        self._segment.signed_up(user)
        return user

    def find(self, name: str) -> User:
        return User(self._numbers[name])


@blueprint.before_app_request
def seen() -> str | None:
    """Before the routing, which refuses some of the paths that a server hands over."""
    if not request.path.startswith("/seen"):
        return None
    current_segment.track("Seen")
    return "ok"


@blueprint.get("/nothing")
def nothing() -> str:
    return "ok"


@blueprint.get("/look")
def look() -> str:
    return f"{current_segment.anonymous_id} {current_segment.user_id} {current_segment.skip_reason}"


@blueprint.get("/page")
def page() -> str:
    return "<!doctype html><title>A page</title>"


@blueprint.get("/public-page")
def public_page() -> Response:
    return Response("<!doctype html><title>A page for all</title>", headers={"Cache-Control": "public"})


@blueprint.get("/public")
def public() -> Response:
    current_segment.track("Seen")
    return Response("ok", headers={"Cache-Control": "public"})


@blueprint.post("/newsletter")
def newsletter() -> str:
    current_segment.identify(traits={"email": request.args["email"]})
    current_segment.track("Newsletter Subscribed")
    return "ok"


@blueprint.post("/webhook")
def webhook() -> str:
    current_segment.track("Invoice Paid", user_id=request.args["customer"])
    return "ok"


@blueprint.post("/sign-up")
def sign_up() -> str:
    flask_login.login_user(current_app.extensions["accounts"].add(request.args["name"]))
    return "ok"


@blueprint.post("/sign-in")
def sign_in() -> str:
    flask_login.login_user(current_app.extensions["accounts"].find(request.args["name"]))
    return "ok"


@blueprint.post("/sign-out")
def sign_out() -> str:
    flask_login.logout_user()
    return "ok"


@blueprint.post("/consent")
def consent() -> Response:
    current_segment.track("Asked")
    current_segment.set_consent(json.loads(request.args["to"]))
    current_segment.track("Answered")
    return Response(f"{current_segment.skip_reason}", headers={"Cache-Control": "public"})


@blueprint.get("/meet")
def meet() -> str:
    current_segment.track("Came", {"name": request.args["name"]})
    request.environ[MEETING].wait()
    segment_web.track("Went", {"name": request.args["name"]})
    return "ok"


@blueprint.get("/job")
def job() -> str:
    from tests.jobs.tasks import say  # Celery may not be installed

    sent = say.delay()
    if "only" not in request.args:
        segment_web.track("Seen")
    return str(sent.id)


@blueprint.get("/stream")
def stream() -> Iterator[bytes]:
    def rows() -> Iterator[bytes]:
        for number in range(ROWS):
            segment_web.track("Row Streamed", {"number": number})
            yield b"%d" % number

    return stream_with_context(rows())


@blueprint.get("/decorated")
@track_event("Plan Upgraded", properties={"plan": "pro"})
def decorated() -> tuple[str, int]:
    current_segment.add({"coupon": "SPRING"})
    return "ok", int(request.args.get("status", 200))


@blueprint.get("/bad-properties")
@track_event("Plan Upgraded", properties=raising)
def bad_properties() -> str:
    return "ok"


@blueprint.get("/bad-when")
@track_event("Plan Upgraded", when=raising)
def bad_when() -> str:
    return "ok"


@blueprint.get("/hostile")
def hostile() -> str:
    event, options = CALLS[request.args["kind"]]
    current_segment.track(event, **options)
    return "ok"


@blueprint.get("/broken-user")
def broken_user() -> str:
    g._login_user = BrokenUser(request.args["at"])
    current_segment.track("Seen")
    return "ok"


@blueprint.get("/error")
def error() -> str:
    current_segment.track("Seen")
    raise RuntimeError("the view's own")
