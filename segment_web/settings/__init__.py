"""Every setting of segment_web: one section a capability, each in a file of its own, assembled into one dataclass.

``region`` on ``Analytics``, ``SEGMENT["REGION"]`` in Django, ``SEGMENT_REGION`` in Flask and in the environment. Code
wins over framework configuration, which wins over the environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from segment_web.settings.automatic import AutomaticSettings
from segment_web.settings.browser import BrowserSettings
from segment_web.settings.connection import ConnectionSettings
from segment_web.settings.consent import ConsentSettings
from segment_web.settings.delivery import DeliverySettings
from segment_web.settings.load import Spelling, read
from segment_web.settings.messages import MessageSettings
from segment_web.settings.requests import RequestSettings
from segment_web.settings.section import Section
from segment_web.settings.visitors import VisitorSettings

PREFIX = "SEGMENT_"
SECTIONS: tuple[type[Section], ...] = (
    ConnectionSettings,
    DeliverySettings,
    MessageSettings,
    RequestSettings,
    VisitorSettings,
    AutomaticSettings,
    ConsentSettings,
    BrowserSettings,
)


@dataclass(frozen=True, kw_only=True)
class Settings(
    BrowserSettings,
    ConsentSettings,
    AutomaticSettings,
    VisitorSettings,
    RequestSettings,
    MessageSettings,
    DeliverySettings,
    ConnectionSettings,
):
    """All settings with their defaults; each section says what its settings mean."""

    def __post_init__(self) -> None:
        for section in SECTIONS:
            section.check(self)
        if self.snippet.source not in (None, *self.aliases):
            names = ", ".join(self.aliases)
            raise ValueError(f'{{snippet}}["source"] is {self.snippet.source!r}, which is not one of {names}.')

    @property
    def keyless(self) -> tuple[str, ...]:
        """The sources that cannot deliver for want of a key."""
        return tuple(alias for alias in self.aliases if self.delivers_over_http and self.source(alias)[0] is None)


NAMES = tuple(setting.name for setting in fields(Settings))


def load(
    code: Mapping[str, Any] | None = None,
    framework: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
    *,
    spelling: Spelling = str.upper,
) -> Settings:
    """The settings of one client.

    ``code`` holds keyword options (lower-case names), ``framework`` a framework's keys (upper-case names, prefix
    removed), ``environ`` the process environment (``SEGMENT_*``). ``spelling`` writes a framework key as its user does,
    for errors. Raises ConfigError for unknown names in the first two and for wrong values in all three.
    """
    environ, code = environ or {}, code or {}
    found = {name: environ[PREFIX + name.upper()] for name in NAMES if PREFIX + name.upper() in environ}
    lowered = {_lower(str(name)): value for name, value in (framework or {}).items()}

    def in_environ(name: str) -> str:
        return f"environment variable {PREFIX}{name.upper()}"

    def in_framework(name: str) -> str:
        return spelling(name.upper())

    def anywhere(name: str) -> str:
        if name in code or name not in {*lowered, *found}:
            return f"option {name}"
        return in_framework(name) if name in lowered else in_environ(name)

    read(Settings, found, spelling=in_environ)
    own = read(Settings, lowered, spelling=in_framework)
    if isinstance(framework, dict) and own.proxy is not None:  # a debug page shows the dict: without the password, then
        framework["PROXY" if "PROXY" in framework else "proxy"] = own.proxy
    return read(Settings, {**found, **lowered, **code}, spelling=anywhere)


def _lower(name: str) -> str:
    """Framework keys are upper-case; other spellings stay as they are, and are known only if they are a setting's."""
    return name.lower() if name.isupper() else name
