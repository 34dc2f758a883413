"""The reader of the ready-made consent cookie, a value of the setting ``consent``."""

from __future__ import annotations

from segment_web.web.consent.cookie import CookieConsent

__all__ = ["CookieConsent"]
