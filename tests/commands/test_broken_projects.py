"""What is broken in a project: the doctor names each fault and its cure, in both frameworks' own settings."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("django")
pytest.importorskip("flask")

from django.core.management import call_command
from flask import Flask
from flask_talisman import Talisman
from werkzeug.middleware.proxy_fix import ProxyFix

from segment_web.flask import Segment
from segment_web.web.consent.cookie import CookieConsent
from tests.browser.policies import django_6, django_csp
from tests.commands.conftest import Told

OURS = "segment_web.django.middleware.SegmentMiddleware"
CSP = "csp.middleware.CSPMiddleware"
TAGS = {"django": "{% load segment %}{% segment_snippet %}", "flask": "{{ segment_snippet() }}"}
Prepare = Callable[[Any], None]


def segment(**options: Any) -> Prepare:
    """Settings of ours, in Django."""
    return lambda settings: setattr(settings, "SEGMENT", {**settings.SEGMENT, **options})


def own(**options: Any) -> Prepare:
    """Settings of Django's."""

    def prepare(settings: Any) -> None:
        for name, value in options.items():
            setattr(settings, name, value)

    return prepare


def csp(directives: dict[str, Any]) -> Prepare:
    def prepare(settings: Any) -> None:
        settings.MIDDLEWARE = [CSP, *settings.MIDDLEWARE]
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": directives}

    return prepare


def first(settings: Any) -> None:
    settings.MIDDLEWARE = [OURS, *(name for name in settings.MIDDLEWARE if name != OURS)]


def ending(code: Callable[[], Any]) -> int:
    try:
        code()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


@pytest.fixture
def django(settings: Any, tmp_path: Path) -> Callable[..., Told]:
    """``manage.py segment doctor --no-probe --json`` in a project whose pages have the snippet, by way of the proxy."""

    def run(prepare: Prepare, *arguments: str) -> Told:
        (tmp_path / "base.html").write_text(TAGS["django"])
        settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
        settings.ROOT_URLCONF = "tests.browser.django_proxied"
        prepare(settings)
        said = StringIO()
        code = ending(lambda: call_command("segment", "doctor", "--no-probe", "--json", *arguments, stdout=said))
        return code, json.loads(said.getvalue())

    return run


@pytest.fixture
def flask(tmp_path: Path) -> Callable[..., Told]:
    """``flask segment doctor --no-probe --json`` likewise; ``prepare`` is given the application."""

    def run(prepare: Prepare, *arguments: str, proxied: bool = True, **options: Any) -> Told:
        (tmp_path / "base.html").write_text(TAGS["flask"])
        app = Flask("shop", template_folder=str(tmp_path))
        extension = Segment(app, **{"write_key": "shop-write-key", **options})
        if proxied:
            app.register_blueprint(extension.proxy, url_prefix="/a")
        prepare(app)
        done = app.test_cli_runner().invoke(args=["segment", "doctor", "--no-probe", "--json", *arguments])
        return done.exit_code, json.loads(done.output)

    return run


def the_one(told: Told) -> tuple[int, str, str]:
    """Exit code, id and cure of the only thing that is not well."""
    code, report = told
    [finding] = [finding for finding in report["findings"] if finding["level"] != "ok"]
    assert finding["text"].endswith(".")
    assert finding["why"].endswith(".")
    return code, finding["id"], finding["cure"]


DJANGO = [
    (segment(WRITE_KEY=None), 1, "write_key.missing", 'Set SEGMENT["WRITE_KEY"] to the key of the source'),
    (segment(REGION="mars"), 1, "settings", "The README lists every setting."),
    (segment(MODELS={"shop.Order": {"created": "X"}}), 1, "models.unknown", "app_label.ModelName"),
    (own(MIDDLEWARE=[]), 0, "middleware.missing", f"Add '{OURS}' after AuthenticationMiddleware."),
    (first, 0, "middleware.order", f"Move '{OURS}' below"),
    (segment(COOKIE={"domain": "shop.example"}), 0, "cookie.domain", "Name the domain that your hosts share"),
    (segment(COOKIE={"domain": "co.uk"}), 0, "cookie.domain", "Name the domain that your hosts share"),
    (segment(COOKIE={"secure": True}), 0, "cookie.secure", "Leave secure out"),
    (segment(COOKIE={"samesite": "None"}), 1, "settings", "The README lists every setting."),
    (own(SECURE_PROXY_SSL_HEADER=("HTTP_X", "https")), 0, "trusted_proxies.unset", 'Set SEGMENT["TRUSTED_PROXIES"]'),
    (own(ROOT_URLCONF="tests.browser.django_pages"), 0, "snippet.nowhere", 'include("segment_web.django.urls")'),
    (csp({"default-src": ["'self'"]}), 0, "csp.script_src", "Let script-src have a nonce"),
    (csp({"script-src": ["'unsafe-inline'"], "connect-src": ["'none'"]}), 0, "csp.connect_src", "Add 'self'"),
]


@pytest.mark.parametrize(
    ("prepare", "code", "id", "cure"), DJANGO, ids=[f"{row[2]}-{n}" for n, row in enumerate(DJANGO)]
)
def test_a_django_project(django: Callable[..., Told], prepare: Prepare, code: int, id: str, cure: str) -> None:
    exit_code, found, told = the_one(django(prepare))
    assert (exit_code, found) == (code, id)
    assert cure in told


def test_an_asgi_application_that_uvicorn_serves_without_a_drain(
    django: Callable[..., Told], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "served.py").write_text("raise RuntimeError('it is read and not imported')")
    code, id, cure = the_one(django(own(ASGI_APPLICATION="served.application")))
    assert (code, id) == (0, "asgi.unwrapped")
    assert "SegmentASGI(get_asgi_application())" in cure


NONE: Prepare = lambda app: None  # noqa: E731
FLASK: list[tuple[Prepare, dict[str, Any], int, str, str]] = [
    (NONE, {"write_key": None}, 1, "write_key.missing", "Set SEGMENT_WRITE_KEY to the key of the source"),
    (lambda app: Talisman(app), {}, 0, "csp.script_src", "content_security_policy_nonce_in"),
    (
        lambda app: Talisman(app, content_security_policy="script-src 'nonce-1'; default-src 'none'"),
        {},
        0,
        "csp.connect_src",
        "Add 'self' to connect-src",
    ),
    (
        lambda app: setattr(app, "wsgi_app", ProxyFix(app.wsgi_app, x_for=0)),
        {},
        0,
        "trusted_proxies.unset",
        "Set SEGMENT_TRUSTED_PROXIES to the number of proxies",
    ),
    (
        lambda app: app.config.update(SERVER_NAME="shop.test"),
        {"cookie": {"domain": "shop.example"}},
        0,
        "cookie.domain",
        "Name the domain",
    ),
    (NONE, {"cookie": {"secure": True}}, 0, "cookie.secure", "Leave secure out"),
    (lambda app: setattr(app, "login_manager", object()), {}, 0, "user_loader.unset", "Set SEGMENT_USER_LOADER"),
    (lambda app: app.config.update(SEGMENT={"region": "eu"}), {}, 0, "settings.ignored", "SEGMENT_WRITE_KEY"),
    (
        NONE,
        {"consent": CookieConsent(name="CookieConsent")},
        0,
        "consent.unreadable",
        "Set SEGMENT_CONSENT to a callable",
    ),
    (NONE, {"proxied": False}, 0, "snippet.unmounted", "app.register_blueprint(segment.proxy"),
]


@pytest.mark.parametrize(
    ("prepare", "options", "code", "id", "cure"), FLASK, ids=[f"{row[3]}-{n}" for n, row in enumerate(FLASK)]
)
def test_a_flask_application(
    flask: Callable[..., Told], prepare: Prepare, options: dict[str, Any], code: int, id: str, cure: str
) -> None:
    exit_code, found, told = the_one(flask(prepare, **options))
    assert (exit_code, found) == (code, id)
    assert cure in told


@pytest.mark.parametrize("policy", [django_csp, *([django_6] if find_spec("django.middleware.csp") else [])])
def test_a_good_django_project(django: Callable[..., Told], policy: Prepare) -> None:
    code, report = django(policy, "--strict")
    assert (code, report["errors"], report["warnings"]) == (0, 0, 0)
    assert [finding["id"] for finding in report["findings"]][-2:] == ["snippet", "csp"]


def test_a_good_flask_application(flask: Callable[..., Told]) -> None:
    policy = {"default-src": "'self'", "script-src": "'self'"}

    def prepare(app: Flask) -> None:
        app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign] # as Flask's documentation has it
        Talisman(app, content_security_policy=policy, content_security_policy_nonce_in=["script-src"])

    code, report = flask(prepare, "--strict")
    assert (code, report["errors"], report["warnings"]) == (0, 0, 0)
    assert [finding["id"] for finding in report["findings"]][-2:] == ["snippet", "csp"]


def test_warnings_fail_where_that_is_asked_for(flask: Callable[..., Told]) -> None:
    assert flask(NONE, proxied=False)[0] == 0
    assert flask(NONE, "--strict", proxied=False)[0] == 1


def test_a_check_that_stumbles_keeps_no_other_from_looking(flask: Callable[..., Told]) -> None:
    def broken(app: Flask) -> None:
        app.config["APPLICATION_ROOT"] = 7

    code, id, _ = the_one(flask(broken))
    assert (code, id) == (0, "doctor.failed")
