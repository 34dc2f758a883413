"""Acting in another user's place ("log in as"): nothing that is done then links that user to this browser.

The session says so where a package keeps it there, else the setting ``impersonated``.
"""

from __future__ import annotations

from segment_web.logs import internal_error
from segment_web.web.visitor.facts import VisitorFacts

FLAG = "impersonated"  # in the context of what is said meanwhile


def can_happen(scope: VisitorFacts) -> bool:
    """Whether there is anybody to ask; where there is not, no session is opened to know."""
    return scope.rules.impersonated is not None or scope.request.impersonation is not None


def is_going_on(scope: VisitorFacts) -> bool:
    """Whether somebody else acts as the user of this session at this moment; one who cannot tell has not denied it."""
    try:
        ask, session = scope.rules.impersonated, scope.request.impersonation
        return bool((session is not None and session()) or (ask is not None and ask(scope.request.native)))
    except Exception as error:  # noqa: BLE001 - the application's own session and function
        internal_error("the impersonated setting", error)
        return True
