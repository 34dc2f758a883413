"""The blueprint among an application's other extensions."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from flask import Flask, request, url_for
from flask_wtf.csrf import CSRFProtect

from segment_web.flask import Segment
from segment_web.testing import capture_events
from tests.browser.proxy.cdn import KEY

MESSAGE = orjson.dumps({"event": "Seen", "anonymousId": "a", "writeKey": KEY})

Make = Callable[..., Flask]


@pytest.fixture
def make() -> Iterator[Make]:
    made: list[Flask] = []

    def make_app(
        before: Callable[[Flask], Any] = lambda app: None,
        after: Callable[[Flask], Any] = lambda app: None,
        **first_party: Any,
    ) -> Flask:
        app = Flask("shop")
        app.config["SECRET_KEY"] = "for tests"
        before(app)
        segment = Segment(app, write_key=KEY, delivery="null", first_party={"cdn": None, **first_party})
        app.register_blueprint(segment.proxy, url_prefix="/a")
        after(app)
        made.append(app)
        return app

    yield make_app
    for app in made:
        app.extensions["segment"].client.close()


def post(app: Flask) -> int:
    return app.test_client().post("/a/v1/t", data=MESSAGE, content_type="text/plain").status_code


def test_the_mount_is_found_by_name(make: Make) -> None:
    with make().test_request_context():
        assert url_for("segment.proxy") == "/a/"
        assert url_for("segment.proxy", path="v1/t") == "/a/v1/t"


@pytest.mark.parametrize("when", ["before", "after"])
def test_flask_wtf_asks_no_token_of_it_and_of_everything_else(make: Make, when: str) -> None:
    app = make(**{when: CSRFProtect})
    app.add_url_rule("/form", "form", lambda: "ok", methods=["POST"])
    with capture_events() as events:
        assert post(app) == 200
    events.assert_tracked("Seen")
    assert app.test_client().post("/form").status_code == 400


def test_a_body_that_was_read_before_is_read_again(make: Make) -> None:
    app = make(before=lambda app: app.before_request(lambda: request.get_data() and None))
    with capture_events() as events:
        assert post(app) == 200
    events.assert_tracked("Seen")


def test_a_body_that_its_server_cannot_read_is_refused_without_a_word(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    """Each server has an error of its own for chunks that are none."""

    class Nonsense(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise LookupError("InvalidChunkSize")

    environ = {"wsgi.input": Nonsense(), "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    answer = make().test_client().post("/a/v1/t", environ_overrides=environ)
    assert answer.status_code == 400
    assert caplog.text == ""


def test_an_applications_own_limit_is_kept(make: Make) -> None:
    app = make(before=lambda app: app.config.update(MAX_CONTENT_LENGTH=10))
    assert post(app) == 413


def test_two_applications_have_two_proxies(make: Make) -> None:
    apps = [make(), make()]
    with capture_events() as events:
        for app in apps:
            same = MESSAGE.replace(b'"event"', b'"messageId":"1","event"')
            app.test_client().post("/a/v1/t", data=same)
    assert len(events.named("Seen")) == 2


def test_a_request_for_a_file_opens_no_session(make: Make) -> None:
    app = make()
    answer = app.test_client().get(f"/a/v1/projects/{KEY}/settings")
    assert answer.status_code == 200
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("is_permanent", [False, True])
def test_a_file_with_the_sessions_cookie_is_private(make: Make, tmp_path: Path, is_permanent: bool) -> None:
    """Flask renews the cookie of a permanent session with each response."""
    (tmp_path / "mine.js").write_bytes(b"local()")
    app = make(library=str(tmp_path / "mine.js"))
    client = app.test_client()
    with client.session_transaction() as session:
        session["user"], session.permanent = "anna", is_permanent
    answer = client.get(f"/a/analytics.js/v1/{KEY}/analytics.min.js")
    kept = "max-age=600, stale-while-revalidate=86400"
    assert answer.headers["Cache-Control"] == f"{'private' if is_permanent else 'public'}, {kept}"
    assert ("Set-Cookie" in answer.headers) == is_permanent
