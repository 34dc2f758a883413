"""The settings of one application: its ``SEGMENT_*`` keys, with ``setdefault`` for what is not there."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from typing import Any

from flask import Flask

from segment_web.logs import log
from segment_web.settings import NAMES, PREFIX, Settings, load
from segment_web.settings.development import for_development

SEGMENTS_OWN = {"ACCESS_TOKEN", "WORKSPACE"}  # with our prefix, the names of Segment's Public API: no settings of ours
IGNORED = 'app.config["SEGMENT"] is not read'
CURE = "Write each setting as a key of its own, such as SEGMENT_WRITE_KEY."


def read(app: Flask, options: Mapping[str, Any]) -> Settings:
    """The settings of ``app``: ``options`` win over its configuration, which wins over the environment.

    Every setting is in ``app.config`` afterwards. Raises ConfigError for unknown keys and wrong values.
    """
    keys = [key.removeprefix(PREFIX) for key in app.config if key.startswith(PREFIX)]
    written = {key: app.config[PREFIX + key] for key in keys if key not in SEGMENTS_OWN}
    settings = load(options, written, os.environ, spelling=lambda name: PREFIX + name)
    if is_ignored(app):
        log(logging.WARNING, "config", f"segment_web: {IGNORED}: {CURE}")
    settings = for_development(settings, debug=app.debug, environ=os.environ)
    for name in NAMES:
        app.config.setdefault(PREFIX + name.upper(), getattr(settings, name))
    return settings


def is_ignored(app: Flask) -> bool:
    """Whether the configuration has Django's dict of settings, which Flask's spelling has no place for."""
    given = app.config.get("SEGMENT")
    return isinstance(given, Mapping) and any(str(name).lower() in NAMES for name in given)
