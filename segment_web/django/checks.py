"""System checks with stable ids: the quick checks of the doctor, as Django has them."""

from __future__ import annotations

from typing import Any, Final

from django.core import checks

from segment_web.commands.findings import Finding
from segment_web.compose import transport_factory
from segment_web.django import conf
from segment_web.errors import ConfigError
from segment_web.web.rules import Rules

# Which findings are checks, and their ids in Django's form. E: an error, W: a warning, whatever the doctor calls it.
NUMBERS: Final = {
    "models.unknown": "E002",
    "models.wrong": "E003",
    "write_key.missing": "W001",
    "middleware.missing": "W002",
    "middleware.order": "W003",
    "cookie.httponly": "W004",
    "uwsgi.option": "W005",
    "trusted_proxies.unset": "W006",
    "cookie.secure": "W007",
    "cookie.domain": "W011",
    "consent.unreadable": "W012",
    "user_id.unknown": "W013",
    "user_traits.unknown": "W014",
    "group.unknown": "W015",
    "settings.ignored": "W016",
}


def connect() -> None:
    """Registers the checks."""
    checks.register(check_segment, "segment_web")


def check_segment(app_configs: Any = None, **_: Any) -> list[checks.CheckMessage]:
    """All findings about this project's set-up."""
    # A server that answers requests runs no checks, and need not load them.
    from segment_web.commands.doctor.checks import QUICK, look
    from segment_web.django.project import project

    try:
        settings = conf.read()
        Rules.of(settings)
        transport_factory(settings)
    except ConfigError as error:
        return [checks.Error(str(error), hint="The README lists every setting.", id="segment_web.E001")]
    return [message(finding) for finding in look(QUICK, settings, project()) if finding.id in NUMBERS]


def message(finding: Finding) -> checks.CheckMessage:
    """A finding as Django prints it."""
    number = NUMBERS[finding.id]
    kind = checks.Error if number.startswith("E") else checks.Warning
    return kind(f"{finding.text} {finding.why}", hint=finding.cure, id=f"segment_web.{number}")
