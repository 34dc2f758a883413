"""The settings of one application: its ``SEGMENT_*`` keys, with ``setdefault`` for what is not there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from flask import Flask

from segment_web.settings import NAMES, PREFIX, Settings, load
from segment_web.settings.development import for_development


def read(app: Flask, options: Mapping[str, Any]) -> Settings:
    """The settings of ``app``: ``options`` win over its configuration, which wins over the environment.

    Every setting is in ``app.config`` afterwards. Raises ConfigError for unknown keys and wrong values.
    """
    written = {key.removeprefix(PREFIX): value for key, value in app.config.items() if key.startswith(PREFIX)}
    settings = load(options, written, os.environ, spelling=lambda name: PREFIX + name)
    settings = for_development(settings, debug=app.debug, environ=os.environ)
    for name in NAMES:
        app.config.setdefault(PREFIX + name.upper(), getattr(settings, name))
    return settings
