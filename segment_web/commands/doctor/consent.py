"""Whether the answer about consent can be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from segment_web.commands.findings import Finding, warning
from segment_web.commands.project import Project
from segment_web.settings import Settings
from segment_web.web.consent.terms import Terms

# The cookies of consent platforms, none of which holds percent-encoded JSON of booleans, by their makers' documentation.
PLATFORMS: Final = {
    "OptanonConsent": "OneTrust",
    "OptanonAlertBoxClosed": "OneTrust",
    "CookieConsent": "Cookiebot",
    "cookieyes-consent": "CookieYes",
    "cookieconsent_status": "Osano",
    "cc_cookie": "CookieConsent by Orest Bida",
    "didomi_token": "Didomi",
    "euconsent-v2": "IAB's Transparency and Consent Framework",
    "axeptio_cookies": "Axeptio",
    "cmapi_cookie_privacy": "TrustArc",
    "notice_gdpr_prefs": "TrustArc",
}


def cookie(settings: Settings, project: Project) -> Iterator[Finding]:
    """Whether CookieConsent is to read the cookie of a consent platform."""
    reader = Terms.of(settings).cookie
    if reader is not None and (platform := PLATFORMS.get(reader.name)) is not None:
        yield warning(
            "consent.unreadable",
            f"{{consent}} reads the cookie {reader.name!r}, which is that of {platform}.",
            why="CookieConsent reads percent-encoded JSON only, so no visitor has an answer and nothing is recorded.",
            cure="Set {consent} to a callable that is given the request, reads this cookie and returns True, False, None "
            "or a dict of categories.",
        )
