"""System checks with stable ids: what is wrong with the set-up, and the cure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings as django_settings
from django.core import checks

from segment_web.compose import transport_factory
from segment_web.django import conf, models
from segment_web.errors import ConfigError
from segment_web.settings import Settings
from segment_web.web import uwsgi
from segment_web.web.cookie_domains import covers, fault
from segment_web.web.model_events import ModelEvents
from segment_web.web.rules import Rules

MIDDLEWARE = "segment_web.django.middleware.SegmentMiddleware"
AUTHENTICATION = "AuthenticationMiddleware"


def connect() -> None:
    """Registers the checks."""
    checks.register(check_segment, "segment_web")


def check_segment(app_configs: Any = None, **_: Any) -> list[checks.CheckMessage]:
    """All findings about this project's set-up."""
    try:
        settings = conf.read()
        Rules.of(settings)
        transport_factory(settings)
    except ConfigError as error:
        return [checks.Error(str(error), hint="The README lists every setting.", id="segment_web.E001")]
    return [*_models(settings), *_key(settings), *_middleware(), *_cookie(settings), *_uwsgi()]


def _models(settings: Settings) -> Iterator[checks.CheckMessage]:
    for label, options in settings.models.items():
        try:
            models.examine(ModelEvents.of(options), apps.get_model(label))
        except ConfigError as error:
            yield checks.Error(f'SEGMENT["MODELS"][{label!r}]: {error}', id="segment_web.E003")
        except (LookupError, ValueError):
            yield checks.Error(
                f'SEGMENT["MODELS"] names {label!r}, which is no installed model.',
                hint='Write it as "app_label.ModelName".',
                id="segment_web.E002",
            )


def _key(settings: Settings) -> Iterator[checks.CheckMessage]:
    if settings.write_key is None and settings.delivery == "thread" and settings.enabled:
        yield checks.Warning(
            "segment_web has no write key: no event leaves.",
            hint='Set SEGMENT = {"WRITE_KEY": os.environ.get("SEGMENT_WRITE_KEY")}, or SEGMENT["ENABLED"] = False.',
            id="segment_web.W001",
        )


def _middleware() -> Iterator[checks.CheckMessage]:
    names = list(django_settings.MIDDLEWARE)
    if MIDDLEWARE not in names:
        yield checks.Warning(
            "segment_web's middleware is not in MIDDLEWARE: events know no visitor, page or campaign.",
            hint=f"Add {MIDDLEWARE!r} after AuthenticationMiddleware.",
            id="segment_web.W002",
        )
        return
    after = names[names.index(MIDDLEWARE) + 1 :]
    if any(name.endswith(AUTHENTICATION) for name in after):
        yield checks.Warning(
            "segment_web's middleware stands before AuthenticationMiddleware: it cannot tell who is logged in.",
            hint=f"Move {MIDDLEWARE!r} below django.contrib.auth.middleware.AuthenticationMiddleware.",
            id="segment_web.W003",
        )


def _cookie(settings: Settings) -> Iterator[checks.CheckMessage]:
    if settings.cookie.httponly:
        yield checks.Warning(
            'SEGMENT["COOKIE"]["httponly"] hides the anonymous id from analytics.js, which then makes another one.',
            hint="Leave httponly out, unless no page loads analytics.js.",
            id="segment_web.W004",
        )
    domain = settings.cookie.domain
    if domain is None:
        return
    why = fault(domain)
    hosts = [host for host in django_settings.ALLOWED_HOSTS if host != "*"]
    if not why and hosts and not any(covers(domain, host) for host in hosts):
        why = "is the domain of none of ALLOWED_HOSTS"
    if why:
        yield checks.Warning(
            f'SEGMENT["COOKIE"]["domain"]: {domain!r} {why}.',
            hint="Browsers keep no such cookie, and each event of a visitor is a new user.",
            id="segment_web.W011",
        )


def _uwsgi() -> Iterator[checks.CheckMessage]:
    for option, consequence in uwsgi.missing():  # inside uWSGI only, where an application may run the checks itself
        yield checks.Warning(
            f"uWSGI runs without {option}: {consequence}.",
            hint=f"Add {option} = true to uWSGI's configuration.",
            id="segment_web.W005",
        )
