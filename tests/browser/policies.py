"""Strict Content Security Policies: scripts by nonce alone, made by each framework's own means."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, NamedTuple

from tests.browser.content import Content, Tag, tag
from tests.browser.sites import Prepare

NOTHING: Mapping[str, str] = {}
ICON = "<link rel=icon href=data:,>"
DIRECTIVES: dict[str, list[str]] = {"default-src": ["'none'"], "connect-src": ["'self'"], "img-src": ["data:"]}


class Policy(NamedTuple):
    """Who makes the nonce, on which framework; ``options`` are those of the tags, ``headers`` the view's own."""

    framework: str
    prepare: Prepare = lambda _: None
    options: Mapping[str, str] = NOTHING
    headers: Mapping[str, str] = NOTHING

    def content(self) -> Content:
        """A page with all that is a script."""
        head: list[Tag | str] = [ICON, tag("snippet", **self.options)]
        body = [tag("identify", **self.options), tag("page", category="Below", **self.options)]
        return Content(head=head, body=body, headers=self.headers)


def written(script_src: str) -> str:
    directives = {**DIRECTIVES, "script-src": [script_src]}
    return "; ".join(f"{name} {' '.join(values)}" for name, values in directives.items())


def django_csp(settings: Any) -> None:
    from csp.constants import NONCE

    settings.MIDDLEWARE = ["csp.middleware.CSPMiddleware", *settings.MIDDLEWARE]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**DIRECTIVES, "script-src": [NONCE]}}


def django_6(settings: Any) -> None:
    from django.utils.csp import CSP

    settings.MIDDLEWARE = ["django.middleware.csp.ContentSecurityPolicyMiddleware", *settings.MIDDLEWARE]
    settings.SECURE_CSP = {**DIRECTIVES, "script-src": [CSP.NONCE]}


def flask_talisman(app: Any) -> None:
    from flask_talisman import Talisman

    Talisman(
        app,
        force_https=False,
        session_cookie_secure=False,
        content_security_policy={**DIRECTIVES, "script-src": []},
        content_security_policy_nonce_in=["script-src"],
    )


NONCE = "bm9uY2U+/w=="
OWN = {"options": {"nonce": NONCE}, "headers": {"Content-Security-Policy": written(f"'nonce-{NONCE}'")}}
POLICIES = {
    "a view's own, Django": Policy("Django", **OWN),
    "a view's own, Flask": Policy("Flask", **OWN),
    "django-csp": Policy("Django", django_csp),
    "Flask-Talisman": Policy("Flask", flask_talisman),
    # Django has policies since 6.0; CI runs the tests on Django 5.2 and on the newest.
    **({"Django 6": Policy("Django", django_6)} if find_spec("django.middleware.csp") else {}),
}
