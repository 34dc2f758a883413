"""What is different while somebody develops: events are seen at once, and on the console when there is no key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from segment_web.settings import Settings

RELOADED = ("RUN_MAIN", "WERKZEUG_RUN_MAIN")  # "true" in the server process of Django's and Werkzeug's reloaders
DEFAULT_INTERVAL = Settings().flush_interval


def for_development(settings: Settings, *, debug: bool, environ: Mapping[str, str]) -> Settings:
    """``settings``, delivered to the console if they have no key in debug mode; and without waiting for company under a
    reloader, which kills its server (SIGKILL) without giving it time to deliver."""
    if debug and settings.write_key is None and settings.delivers_over_http:
        settings = replace(settings, delivery="console")
    if settings.flush_interval == DEFAULT_INTERVAL and any(environ.get(name) == "true" for name in RELOADED):
        settings = replace(settings, flush_interval=0.0)
    return settings
