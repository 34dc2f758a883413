"""Who acts as another user, by the sessions of django-hijack and django-loginas."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings

EXCHANGES = frozenset({"hijack.views", "loginas.utils"})  # what logs in or out there exchanges users, and is no login


def is_possible() -> bool:
    """Whether one of the packages is in use."""
    return "hijack" in sys.modules or "loginas" in sys.modules


def is_going_on(session: Any) -> bool:
    """Whether ``session``, which is loaded, is one of somebody who acts as its user."""
    flag = getattr(settings, "LOGINAS_FROM_USER_SESSION_FLAG", "loginas_from_user")
    return bool(session.get("hijack_history") or session.get(flag))
