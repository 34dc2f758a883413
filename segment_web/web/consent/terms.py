"""What a visitor has agreed to: asked once a request, before any work, and no answer is taken for a yes in doubt.

Source of the rules: Segment's consent object (``context.consent.categoryPreferences``), Global Privacy Control and the
DNT header.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from segment_web.exchange.http import WebRequest
from segment_web.logs import internal_error, log
from segment_web.messages.reasons import Drop, DropReason
from segment_web.settings import Settings
from segment_web.web.consent.categories import preferences
from segment_web.web.consent.cookie import CookieConsent

NOT_YET = Drop(DropReason.NO_CONSENT, "the setting consent has no answer of this visitor yet (None)")
REFUSED = Drop(DropReason.NO_CONSENT, "the visitor has refused")
INVALID = Drop(DropReason.NO_CONSENT, "the answer about consent is not valid, see the log")
GPC = Drop(DropReason.GPC, "the browser sends Sec-GPC: 1, and respect_gpc is on")
DNT = Drop(DropReason.DNT, "the browser sends DNT: 1, and respect_dnt is on")


class Consent(NamedTuple):
    """What is known of a visitor's will.

    ``drop`` is why nothing of them is recorded, None when they may be; ``categories`` their preferences by category id,
    which every message carries, if they have any; ``answered`` is False while a banner is still due.
    """

    drop: Drop | None = None
    categories: Mapping[str, bool] | None = None
    answered: bool = True

    @property
    def allowed(self) -> bool:
        """Whether anything may be recorded, kept or loaded."""
        return self.drop is None


UNASKED = Consent(answered=False)  # nothing is configured: everything may be recorded


@dataclass(frozen=True, slots=True)
class Terms:
    """The settings ``consent``, ``respect_gpc`` and ``respect_dnt``."""

    ask: Callable[[Any], Any] | None
    gpc: bool = False
    dnt: bool = False

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """``"cookie"`` is the reader of the ready-made cookie."""
        ask = CookieConsent() if isinstance(settings.consent, str) else settings.consent
        return cls(ask, settings.respect_gpc, settings.respect_dnt)

    @property
    def heeds_signals(self) -> bool:
        """Whether what the browser itself says decides what is recorded."""
        return self.gpc or self.dnt

    @property
    def cookie(self) -> CookieConsent | None:
        """The ready-made cookie, None where the application keeps the answer by itself."""
        return self.ask if isinstance(self.ask, CookieConsent) else None

    def consent(self, request: WebRequest) -> Consent:
        """What this request's visitor has agreed to. A callable that raises has not heard a yes."""
        if (signal := self.signal(request)) is not None or self.ask is None:
            return signal or UNASKED
        try:
            answer = self.cookie.read(request.cookies) if self.cookie is not None else self.ask(request.native)
            return Consent(NOT_YET, answered=False) if answer is None else self.judged(answer)
        except Exception as error:  # noqa: BLE001 - the application's own code
            internal_error("the consent setting", error)
            return Consent(INVALID, answered=False)

    def signal(self, request: WebRequest) -> Consent | None:
        """What the browser itself says and the settings respect; it stands above every answer."""
        if self.gpc and request.header("Sec-GPC") == "1":
            return Consent(GPC)
        if self.dnt and request.header("DNT") == "1":
            return Consent(DNT)
        return None

    def judged(self, answer: object) -> Consent:
        """What follows from an answer; one that is none is a no, and is logged."""
        if isinstance(answer, bool):
            return Consent(None if answer else REFUSED)
        try:
            categories = preferences(answer)
        except ValueError as error:
            log(
                logging.ERROR,
                f"consent:{error}",
                f"segment_web takes an invalid answer for no consent: it must {error}",
            )
            return Consent(INVALID, answered=False)
        needed = self.cookie.required if self.cookie else None
        allowed = any(categories.values()) if needed is None else categories.get(needed, False)
        return Consent(None if allowed else REFUSED, categories)
