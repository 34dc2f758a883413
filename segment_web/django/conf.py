"""The project's client, made from ``settings.SEGMENT`` when it is first needed and again when a test overrides it."""

from __future__ import annotations

import os
import threading
from typing import Any

from django.conf import settings as django_settings
from django.core.signals import setting_changed
from django.utils import timezone

from segment_web import current
from segment_web.client import Analytics
from segment_web.django.observer import DjangoSignalObserver
from segment_web.errors import ConfigError
from segment_web.settings import Settings, load
from segment_web.settings.development import for_development
from segment_web.web.rules import Rules

NAME = "SEGMENT"

_lock = threading.Lock()
_built: tuple[Analytics, Rules] | None = None


def read() -> Settings:
    """The settings of this project; ConfigError for a wrong or unknown one.

    Without a write key messages go to the console when DEBUG is on, and nowhere otherwise (a check says so).
    """
    written = getattr(django_settings, NAME, None)
    if not isinstance(written, dict | None):
        raise ConfigError(f"settings.SEGMENT must be a dict, not {type(written).__name__}.")
    settings = load({}, written, os.environ, spelling=lambda name: f'SEGMENT["{name}"]')
    return for_development(settings, debug=django_settings.DEBUG, environ=os.environ)


def runtime() -> tuple[Analytics, Rules]:
    """The project's client and what requests are captured by."""
    return _built or _build()


def client() -> Analytics:
    """The project's client."""
    return runtime()[0]


def connect() -> None:
    """Make the client known to the module functions, and follow ``override_settings``. A second call changes nothing."""
    current.application(client)
    setting_changed.connect(_changed, dispatch_uid="segment_web.settings")


def _build() -> tuple[Analytics, Rules]:
    global _built
    with _lock:
        if _built is None:
            settings = read()
            analytics = Analytics.from_settings(
                settings,
                zone=timezone.get_current_timezone,
                observers=(DjangoSignalObserver(),),
                debug=django_settings.DEBUG,
            )
            _built = analytics, Rules.of(settings)
        return _built


def _changed(*, setting: str, **_: Any) -> None:
    """``override_settings`` and pytest-django's ``settings``: the next use reads them anew."""
    global _built
    if setting in (NAME, "DEBUG"):
        with _lock:
            before, _built = _built, None
        if before is not None:
            before[0].close(0.5)
