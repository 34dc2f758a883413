"""What Django knows of a project, for the doctor and the system checks."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.autoreload import get_template_directories
from django.template.context import Context
from django.utils.module_loading import import_string

from segment_web.commands.findings import Finding, error, warning
from segment_web.commands.project import Project
from segment_web.django import conf
from segment_web.django.csp import nonce_of
from segment_web.django.models.tracking import examine
from segment_web.django.proxy_mount import mount
from segment_web.django.user_model import missing
from segment_web.errors import ConfigError
from segment_web.logs import log
from segment_web.model_events.events import ModelEvents
from segment_web.settings import NAMES, PREFIX

MIDDLEWARE: Final = "segment_web.django.middleware.SegmentMiddleware"
AUTHENTICATION: Final = "AuthenticationMiddleware"
HTTPS: Final = ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "SECURE_HSTS_SECONDS", "SECURE_PROXY_SSL_HEADER")
PROXY: Final = ("SECURE_PROXY_SSL_HEADER", "USE_X_FORWARDED_HOST", "USE_X_FORWARDED_PORT")
NOT_INSTALLED: Final = (
    'segment_web: add "segment_web.django" to INSTALLED_APPS; logins, model events, commands and checks come with it'
)
# A page cache of middleware answers in its place in MIDDLEWARE, and may change the request there. It is known by its name:
# Django's, wagtail-cache's, and others that are derived from them. UpdateCacheMiddleware only stores responses.
PAGE_CACHE: Final = re.compile(r"(?:FetchFrom|Page|\.)CacheMiddleware$")
POLICIES: Final = ("csp", "contentsecuritypolicy")  # in the names of middleware: Django's own, django-csp's


def project() -> Project:
    """This project, by its settings."""
    return Project(
        spelled=lambda name: f'SEGMENT["{name.upper()}"]',
        hosts=tuple(host for host in settings.ALLOWED_HOSTS if "*" not in settings.ALLOWED_HOSTS),
        hosts_setting="ALLOWED_HOSTS",
        says_https=any(getattr(settings, name) for name in HTTPS),
        https_setting="SECURE_SSL_REDIRECT or SECURE_PROXY_SSL_HEADER",
        proxy_setting=next((name for name in PROXY if getattr(settings, name)), ""),
        mount=mount,
        mounting='path("a/", include("segment_web.django.urls")) in the URLs',
        policy=policy,
        policy_setting="SECURE_CSP, or CONTENT_SECURITY_POLICY of django-csp",
        templates=lambda: sorted(Path(folder) for folder in get_template_directories()),
        missing=missing,
        findings=findings,
        debug=settings.DEBUG,
    )


def findings() -> Iterator[Finding]:
    """What there is in Django alone."""
    yield from ignored()
    yield from models()
    yield from middleware()
    yield from asgi()


def models() -> Iterator[Finding]:
    """The setting ``models``."""
    for label, options in conf.read().models.items():
        try:
            examine(ModelEvents.of(options), apps.get_model(label))
        except ConfigError as fault:
            yield error("models.wrong", f"{{models}}[{label!r}]: {fault}", why="It makes no events.")
        except (LookupError, ValueError):
            yield error(
                "models.unknown",
                f"{{models}} names {label!r}, which is no installed model.",
                why="It makes no events.",
                cure='Write it as "app_label.ModelName".',
            )


def ignored() -> Iterator[Finding]:
    """The settings of Django that have Flask's spelling, and no value in ``SEGMENT``: the quickstart's write key from the
    environment may be None there."""
    written = {name.upper(): value for name, value in (getattr(settings, conf.NAME, None) or {}).items()}
    for name in map(str.upper, NAMES):
        if getattr(settings, PREFIX + name, None) is not None and written.get(name) is None:
            yield warning(
                "settings.ignored",
                f"{PREFIX}{name} in Django's settings is not read.",
                why="It has no effect.",
                cure=f'Write SEGMENT = {{"{name}": {PREFIX}{name}}}.',
            )


def tell_if_not_installed() -> None:
    """Says in the log what no check can say, because the checks come with the application."""
    if not apps.is_installed("segment_web.django"):
        log(logging.WARNING, "not installed", NOT_INSTALLED)


def middleware() -> Iterator[Finding]:
    """Whether ours is there, below the middleware that knows the user and above page caches."""
    names = list(settings.MIDDLEWARE)
    if MIDDLEWARE not in names:
        yield warning(
            "middleware.missing",
            "segment_web's middleware is not in MIDDLEWARE.",
            why="Events know no visitor, page or campaign.",
            cure=f"Add {MIDDLEWARE!r} after AuthenticationMiddleware.",
        )
        return
    place = names.index(MIDDLEWARE)
    if any(name.endswith(AUTHENTICATION) for name in names[place + 1 :]):
        yield warning(
            "middleware.order",
            "segment_web's middleware stands before AuthenticationMiddleware.",
            why="It cannot tell who is logged in.",
            cure=f"Move {MIDDLEWARE!r} below django.contrib.auth.middleware.AuthenticationMiddleware.",
        )
    if (cache := next(filter(PAGE_CACHE.search, names[:place]), None)) is not None:
        yield warning(
            "middleware.order",
            f"segment_web's middleware stands behind the page cache {cache}.",
            why="It does not see the pages that the cache answers, and a cache such as wagtail-cache removes the visitor's "
            "cookie and the campaign from the request.",
            cure=f"Move {MIDDLEWARE!r} above it, right below AuthenticationMiddleware.",
        )


def asgi() -> Iterator[Finding]:
    """Whether the ASGI application is wrapped, where uvicorn may serve it. It is read and not imported: that would start
    it."""
    beside_urls = f"{settings.ROOT_URLCONF.rpartition('.')[0]}.asgi.application"
    name = (getattr(settings, "ASGI_APPLICATION", None) or beside_urls).rpartition(".")[0]
    if name.startswith(".") or find_spec("uvicorn") is None:
        return
    found = find_spec(name)
    if found is None or found.origin is None:
        return
    if "SegmentASGI" not in Path(found.origin).read_text("utf-8", "replace"):
        yield warning(
            "asgi.unwrapped",
            f"{name} does not use SegmentASGI, and uvicorn is installed.",
            why="uvicorn runs no exit handlers: it loses the messages that are queued when it ends.",
            cure="application = SegmentASGI(get_asgi_application()), from segment_web.django.asgi; needed where uvicorn "
            "serves by itself, or as gunicorn's worker with --preload.",
        )


def policy() -> str:
    """What the middleware that makes a policy writes on a page whose template asks for a nonce."""
    request = HttpRequest()
    for name in settings.MIDDLEWARE:
        if any(part in name.lower() for part in POLICIES):
            page = import_string(name)(lambda request: HttpResponse(nonce_of(request, Context())))
            if header := page(request).headers.get("Content-Security-Policy"):
                return str(header)
    return ""
