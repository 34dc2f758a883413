"""What packages for accounts announce besides Django's own signals: the one table of who says what."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from segment_web.django.accounts.guarded import guarded
from segment_web.imports import when_imported
from segment_web.web.accounts import pending
from segment_web.web.request.request_analytics import RequestAnalytics

Say = Callable[[RequestAnalytics, dict[str, Any]], None]


def connect() -> None:
    """Listens to each package as soon as the project imports it, and imports none."""
    for module in {module for module, _, _ in SAID}:
        when_imported(module, partial(_listen, module))


def _confirmed(segment: RequestAnalytics, signal: dict[str, Any]) -> None:
    pending.traits_changed(segment, signal["email_address"].user)


def _changed(segment: RequestAnalytics, signal: dict[str, Any]) -> None:
    pending.traits_changed(segment, signal["user"])


def _failed(segment: RequestAnalytics, _: dict[str, Any]) -> None:
    pending.login_failed(segment)


SAID: tuple[tuple[str, str, Say], ...] = (
    ("django.contrib.auth.signals", "user_login_failed", _failed),
    ("allauth.account.signals", "email_confirmed", _confirmed),
    ("allauth.account.signals", "email_changed", _changed),
    ("allauth.account.signals", "login_code_rejected", _failed),
)


def _listen(module: str) -> None:
    for name, say in ((name, say) for where, name, say in SAID if where == module):
        if (signal := getattr(sys.modules[module], name, None)) is not None:  # not every release has each
            signal.connect(partial(_tell, name, say), weak=False, dispatch_uid=f"segment_web.{name}")


def _tell(place: str, say: Say, sender: Any, request: Any = None, **signal: Any) -> None:
    guarded(place, request, lambda segment: say(segment, signal))
