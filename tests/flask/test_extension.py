"""Setting up: which settings an application has, and that two applications have nothing in common."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from flask import Flask

import segment_web
from segment_web.errors import ConfigError
from segment_web.flask import Segment
from segment_web.logs import log
from segment_web.settings import NAMES
from segment_web.testing import CapturedEvents
from tests.flask.conftest import browser_of


def made(**config: object) -> Flask:
    app = Flask("shop")
    app.config.from_mapping(config)
    return app


def test_settings_come_from_the_configuration() -> None:
    app = made(SEGMENT_WRITE_KEY="key", SEGMENT_REGION="eu")
    Segment(app)
    assert app.extensions["segment"].client.settings.region == "eu"


def test_code_wins_over_configuration_wins_over_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGMENT_BATCH_SIZE", "1")
    monkeypatch.setenv("SEGMENT_QUEUE_SIZE", "2")
    monkeypatch.setenv("SEGMENT_FLUSH_INTERVAL", "3")
    app = made(SEGMENT_QUEUE_SIZE=20, SEGMENT_FLUSH_INTERVAL=30)
    Segment(app, flush_interval=300)
    settings = app.extensions["segment"].client.settings
    assert (settings.batch_size, settings.queue_size, settings.flush_interval) == (1, 20, 300)


def test_every_setting_is_in_the_configuration_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGMENT_BATCH_SIZE", "7")
    app = made(SEGMENT_REGION="eu")
    Segment(app)
    assert {f"SEGMENT_{name.upper()}" for name in NAMES} <= set(app.config)
    assert (app.config["SEGMENT_REGION"], app.config["SEGMENT_BATCH_SIZE"]) == ("eu", 7)


def test_a_configuration_with_its_defaults_sets_up_another_application_the_same() -> None:
    first = made(SEGMENT_WRITE_KEY="key", SEGMENT_COOKIE={"age": 60}, SEGMENT_AUTH_EVENTS=False)
    Segment(first)
    second = made(**first.config)
    Segment(second)
    assert second.extensions["segment"].client.settings == first.extensions["segment"].client.settings


def test_the_key_does_not_show_in_the_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGMENT_WRITE_KEY", "supersecretkey")
    app = made()
    Segment(app)
    assert "supersecret" not in repr(app.config)


def test_prefixed_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_SEGMENT_PAGE_VIEWS", "true")
    monkeypatch.setenv("FLASK_SEGMENT_COOKIE__age", "60")
    app = made()
    app.config.from_prefixed_env()
    Segment(app)
    settings = app.extensions["segment"].client.settings
    assert (settings.page_views, settings.cookie.age) == (True, 60)


def test_unknown_key_is_an_error_with_a_suggestion() -> None:
    with pytest.raises(ConfigError, match=r"SEGMENT_WRITE_KEYS .* did you mean SEGMENT_WRITE_KEY\?"):
        Segment(made(SEGMENT_WRITE_KEYS="key"))


def test_a_number_outside_of_its_range_stops_the_start() -> None:
    with pytest.raises(ConfigError, match=r"SEGMENT_FLUSH_INTERVAL must be a number between 0 and 86400, not inf\."):
        Segment(made(SEGMENT_FLUSH_INTERVAL=float("inf")))


def test_names_of_segments_own_api_are_none_of_ours() -> None:
    app = made(SEGMENT_WRITE_KEY="key", SEGMENT_ACCESS_TOKEN="token", SEGMENT_WORKSPACE="shop")
    Segment(app)
    assert app.config["SEGMENT_ACCESS_TOKEN"] == "token"


def test_djangos_dict_of_settings_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    log.forget()
    Segment(made(SEGMENT={"WRITE_KEY": "secret-key"}))
    [line] = caplog.messages
    assert 'app.config["SEGMENT"] is not read: Write each setting as a key of its own' in line
    assert "secret-key" not in line


def test_a_dict_of_the_application_is_its_own(caplog: pytest.LogCaptureFixture) -> None:
    log.forget()
    Segment(made(SEGMENT={"market": "toys"}))
    assert caplog.messages == []


def test_module_functions_outside_of_a_request_act_on_the_only_application() -> None:
    code = """
import segment_web
from flask import Flask
from segment_web.flask import Segment
app = Flask("shop")
Segment(app, write_key="key", delivery="null")
with app.app_context():
    segment_web.track("Thing Done", user_id=1)
print(segment_web.flush(), segment_web.stats().accepted)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True 1\n"


def test_the_application_may_be_named() -> None:
    app = made()
    Segment(app=app)
    assert "segment" in app.extensions


def test_second_init_is_an_error() -> None:
    segment, app = Segment(), made()
    segment.init_app(app)
    with pytest.raises(RuntimeError, match="already"):
        segment.init_app(app)


def test_without_key_the_console_in_debug_mode_only() -> None:
    developed, served = made(DEBUG=True), made()
    segment = Segment()
    segment.init_app(developed)
    segment.init_app(served)
    deliveries = [app.extensions["segment"].client.settings.delivery for app in (developed, served)]
    assert deliveries == ["console", "thread"]


def test_one_extension_serves_several_applications() -> None:
    segment, first, second = Segment(), made(SEGMENT_WRITE_KEY="a"), made(SEGMENT_WRITE_KEY="b")
    segment.init_app(first)
    segment.init_app(second)
    with first.app_context():
        assert segment.client is first.extensions["segment"].client
        with second.app_context():
            assert segment.client is second.extensions["segment"].client


def test_client_outside_of_any_of_several_applications_is_an_error() -> None:
    segment, apps = Segment(), [made(), made()]
    for app in apps:
        segment.init_app(app)
    with pytest.raises(RuntimeError, match="app_context"):
        _ = segment.client


def test_module_functions_speak_for_the_current_application(events: CapturedEvents) -> None:
    segment, apps = Segment(), [made(SEGMENT_WRITE_KEY="a"), made(SEGMENT_WRITE_KEY="b", SEGMENT_APP={"name": "B"})]
    for app in apps:
        segment.init_app(app)
    with apps[1].app_context():
        segment_web.track("Job Done", user_id="u1")
    events.assert_tracked("Job Done", context={"app": {"name": "B"}})


@pytest.mark.once
def test_module_functions_outside_of_several_applications_name_the_cure() -> None:
    code = """
import segment_web
from flask import Flask
from segment_web.flask import Segment
apps = [Flask(name) for name in ("first", "second")]
for app in apps:
    Segment(app, write_key="key", delivery="null")
receipt = segment_web.track("Job Done", user_id="u1")
print(receipt.reason, receipt.detail)
with apps[1].app_context():
    print(segment_web.track("Job Done", user_id="u1").accepted)
"""
    environ = {**os.environ, "SEGMENT_WRITE_KEY": "key"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environ)
    assert done.stdout == (
        "not_configured there are several applications and this code runs in none of them: "
        "call it in a request or in app.app_context()\nTrue\n"
    )


def test_signed_up_outside_of_a_request_says_nothing(app: Flask, events: CapturedEvents) -> None:
    with app.app_context():
        Segment().signed_up("u1")
    assert len(events) == 0


def test_an_application_without_the_extension_is_left_alone(events: CapturedEvents) -> None:
    app = made()
    app.add_url_rule("/", view_func=lambda: "ok")
    assert browser_of(app).get("/").text == "ok"
    assert len(events) == 0


def test_without_flask_the_error_says_what_to_install() -> None:
    program = "import sys; sys.modules['flask'] = None; import segment_web, segment_web.flask"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "MissingExtra: segment_web.flask needs an extra: pip install 'segment-web[flask]'" in done.stderr


def test_sqlalchemy_and_http_library_are_imported_by_need_only() -> None:
    program = (
        "import sys, flask; from segment_web.flask import Segment; Segment(flask.Flask('a')); "
        "print({'sqlalchemy', 'httpx'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
