"""What Flask knows of an application, for the doctor."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import FileSystemLoader
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BuildError

from segment_web.browser.policy import NONCE, written
from segment_web.commands.findings import Finding, warning
from segment_web.commands.project import Missing, Project
from segment_web.flask.config import CURE, IGNORED, is_ignored
from segment_web.flask.installed import EXTENSION
from segment_web.flask.tags import PROXY
from segment_web.flask.users import MANAGER, has_flask_login
from segment_web.web.visitor.group import STEP
from segment_web.web.visitor.users import GIVEN_BY, ID_ATTRIBUTES


def project(app: Flask) -> Project:
    """This application, by its configuration."""
    hosts = [app.config.get("SERVER_NAME"), *(app.config.get("TRUSTED_HOSTS") or ())]
    is_https = app.config.get("PREFERRED_URL_SCHEME") == "https" or app.config.get("SESSION_COOKIE_SECURE")
    return Project(
        hosts=tuple(filter(None, hosts)),
        hosts_setting="SERVER_NAME and TRUSTED_HOSTS",
        says_https=bool(is_https),
        https_setting="PREFERRED_URL_SCHEME or SESSION_COOKIE_SECURE",
        proxy_setting="ProxyFix(x_for=0)" if hides_visitors(app) else "",
        mount=lambda: mount(app),
        mounting='app.register_blueprint(segment.proxy, url_prefix="/a")',
        policy=lambda: policy(app),
        policy_setting="Talisman's content_security_policy and content_security_policy_nonce_in",
        templates=lambda: templates(app),
        missing=lambda path: missing(app, path),
        findings=lambda: findings(app),
        debug=app.debug,
        debug_option="flask --debug",
    )


def findings(app: Flask) -> Iterator[Finding]:
    """What there is in Flask alone."""
    if is_ignored(app):
        yield warning("settings.ignored", f"{IGNORED}.", why="It has no effect.", cure=CURE)
    yield from login_manager(app)


def missing(app: Flask, path: str) -> Missing | None:
    """The first step of a path, in the user model of Flask-Security: no other extension knows the class of its users."""
    security = app.extensions.get("security")
    model = getattr(getattr(security, "datastore", None), "user_model", None)
    name = path.split(STEP)[0]
    names = {name, GIVEN_BY.get(name, name), *(ID_ATTRIBUTES if name == "pk" else ())}
    if not isinstance(model, type) or any(hasattr(model, name) for name in names):
        return None
    return Missing(model.__name__, name)


def hides_visitors(app: Flask) -> bool:
    """A ProxyFix that believes the proxy, but not about the address; by default it does."""
    return isinstance(app.wsgi_app, ProxyFix) and app.wsgi_app.x_for == 0


def login_manager(app: Flask) -> Iterator[Finding]:
    """Whether nothing finds the users of an application that has a login manager."""
    is_foreign = hasattr(app, MANAGER) and not has_flask_login(app)
    if is_foreign and app.extensions[EXTENSION].client.settings.user_loader is None:
        yield warning(
            "user_loader.unset",
            "app.login_manager is not Flask-Login's.",
            why="Events have no user, because only Flask-Login's users are found by themselves.",
            cure="Set {user_loader} to the session's key of the user, or to a callable that returns the user.",
        )


def mount(app: Flask) -> str | None:
    """The path of the first-party proxy."""
    urls = app.url_map.bind("localhost", script_name=app.config.get("APPLICATION_ROOT"))
    try:
        return urls.build(PROXY)
    except BuildError:
        return None


def policy(app: Flask) -> str:
    """That of Flask-Talisman, which follows each response of an application as a method of its own."""
    for function in app.after_request_funcs.get(None, ()):
        talisman: Any = getattr(function, "__self__", None)
        rules = getattr(talisman, "content_security_policy", None)
        if rules and not getattr(talisman, "content_security_policy_report_only", False):
            if isinstance(rules, str):
                return rules
            with_nonce = getattr(talisman, "content_security_policy_nonce_in", None) or ()
            return written({name: said(values, name in with_nonce) for name, values in rules.items()})
    return ""


def said(values: str | list[str], has_nonce: bool) -> list[str]:
    return [*(values.split() if isinstance(values, str) else values), *([NONCE] if has_nonce else [])]


def templates(app: Flask) -> Iterator[Path]:
    """The folders of the application and its blueprints."""
    for holder in (app, *app.blueprints.values()):
        if isinstance(holder.jinja_loader, FileSystemLoader):
            yield from map(Path, holder.jinja_loader.searchpath)
