"""A plain first-party cookie that keeps a visitor's answer, for banners of one's own."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from segment_web.errors import ConfigError
from segment_web.logs import log
from segment_web.web.consent.categories import preferences
from segment_web.web.cookies import ajs

HALF_A_YEAR = 180 * 86_400  # seconds; after about that time regulators (CNIL) want the question asked again
YEAR = 365 * 86_400
TOKEN = re.compile(r"[A-Za-z0-9_.-]+")  # what a cookie's name may be everywhere without quoting

UNREADABLE = (
    "segment_web records nothing of a visitor, because the cookie {name} is no percent-encoded JSON of True, False or "
    "categories; to read another form, set consent to a callable that is given the request"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieConsent:
    """Reads the answer out of a cookie, and is a value of the setting ``consent`` (``"cookie"`` is the default one).

    The cookie is percent-encoded JSON: ``true``, ``false``, or an object of booleans by category id, as
    ``encodeURIComponent(JSON.stringify({analytics: true}))`` makes it. ``required`` is the category without which
    nothing is recorded (default: any one is enough). ``age`` is how many seconds (at most a year) an answer given to
    ``set_consent`` is kept. Raises ConfigError for a name or an age that cannot be.
    """

    name: str = "segment_consent"
    required: str | None = None
    age: int = HALF_A_YEAR

    def __post_init__(self) -> None:
        if not TOKEN.fullmatch(self.name):
            raise ConfigError("CookieConsent(name=...) must consist of letters, digits and _ . -")
        if not 0 < self.age <= YEAR:
            raise ConfigError(f"CookieConsent(age=...) must be 1 to {YEAR} seconds: an answer is not given for ever.")

    def __call__(self, request: Any) -> bool | dict[str, bool] | None:
        """The answer of a request of Django or Flask, to build one's own callable on."""
        answer = self.read(request.headers.get("Cookie", ""))
        refused = self.required is not None and isinstance(answer, dict) and not answer.get(self.required)
        return False if refused else answer

    def read(self, header: str) -> bool | dict[str, bool] | None:
        """Return the answer in a raw Cookie header. A visitor can write anything, so an unreadable cookie is no answer.

        Several cookies of this name with different answers (of the host, of its domain, of a path) are a refusal.
        """
        answers = [self._answer(raw) for raw in ajs.raw_values(header, self.name) if raw]
        if not answers:
            return None
        return answers[0] if all(answer == answers[0] for answer in answers) else False

    def write(self, answer: bool | Mapping[str, bool]) -> str:
        """The cookie's text for an answer: no character of it needs quoting anywhere."""
        written = answer if isinstance(answer, bool) else dict(answer)
        return quote(json.dumps(written, separators=(",", ":")), safe="")

    def _answer(self, raw: str) -> bool | dict[str, bool] | None:
        try:
            answer = json.loads(unquote(raw[: ajs.MAX_COOKIE], errors="strict"))
            return answer if isinstance(answer, bool) else preferences(answer)
        except (ValueError, RecursionError):
            log(logging.WARNING, f"consent cookie:{self.name}", UNREADABLE.format(name=self.name))
            return None
