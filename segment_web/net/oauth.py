"""Access tokens of Segment's OAuth 2.0: fetched by client credentials, kept until shortly before they expire.

``POST <token server>/token`` with a signed assertion (RFC 6749, 4.4 and RFC 7523, 2.2). Tokens are bound to a region,
so each source has its own, from the token server of its region.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

import orjson

from segment_web.messages.outcome import Outcome, Verdict
from segment_web.messages.wire import LIBRARY
from segment_web.net.assertion import UnusableKeyError, client_assertion
from segment_web.net.failures import NetworkError
from segment_web.net.retry_after import parse_retry_after
from segment_web.net.session import Response, Session
from segment_web.net.statuses import CHECK_PROXY, PROXY_LOGIN, outcome_of_failure, verdict
from segment_web.settings.connection import OAuth
from segment_web.settings.secret import Secret
from segment_web.version import VERSION

MARGIN: Final = 60.0  # seconds before its expiry at which a token is renewed: longer than a request is on its way
ASSUMED_LIFETIME: Final = 3_600.0  # seconds, where the server does not say; one that ends earlier is answered with 401
ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
BEARER_TOKEN: Final = re.compile(r"[A-Za-z0-9\-._~+/]+=*")  # RFC 6750, 2.1
HEADERS: Final = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Accept": "application/json",
    "User-Agent": f"{LIBRARY}/{VERSION}",
}
# RFC 6749, 5.2: only words from this list are repeated in a log; an error's description may hold anything.
ERRORS: Final = frozenset(
    ("invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type")
)
WRONG_SCOPE: Final = "invalid_scope"

CHECK_CLIENT: Final = (
    "the token server does not know this application: check client_id, key_id and private_key in the setting oauth, "
    "the region, and this machine's clock"
)
CHECK_SCOPE: Final = "the application may not have this scope: check scope in the setting oauth"
CHECK_HOST: Final = "what answered is no token server: check the region, and host in the setting oauth"
CHECK_KEY: Final = "check private_key in the setting oauth: the whole PEM text, or a callable that returns it"


class _KeptToken(NamedTuple):
    token: Secret
    until: float


class Tokens:
    """The access token for one source; used by the one thread that delivers.

    ``server`` is the token server's address without a path, ``clock`` monotonic seconds (how long a token is kept),
    ``wall`` seconds since 1970 (what the assertion says), ``new_id`` a UUID for each assertion. Nothing is fetched
    before the first :meth:`current`.
    """

    def __init__(
        self,
        session: Session,
        credentials: OAuth,
        server: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
    ) -> None:
        self._session = session
        self._credentials = credentials
        self._server = server
        self._clock = clock
        self._wall = wall
        self._new_id = new_id
        self._kept: _KeptToken | None = None

    def current(self) -> Secret | Outcome:
        """The token to use now, from the server if need be; else the outcome of a batch that cannot go without one.

        A token server that is down or busy means RETRY, one that refuses means PAUSE with the cure; never a lost batch.
        """
        if self._kept is None or self._clock() >= self._kept.until:
            found = self._fetch()
            if isinstance(found, Outcome):
                return found
            self._kept = found
        return self._kept.token

    def forget(self) -> None:
        """The Tracking API refused the token: the next :meth:`current` fetches a new one."""
        self._kept = None

    def close(self) -> None:
        """Closes the connection; a kept token stays."""
        self._session.close()

    def abandon(self) -> None:
        """In a forked child: lets go of the parent's connection without a word to the server."""
        self._session.abandon()

    def end_by(self, moment: float) -> None:
        """See :meth:`Session.end_by`."""
        self._session.end_by(moment)

    def _fetch(self) -> _KeptToken | Outcome:
        asked_at = self._clock()  # the lifetime is counted from before the answer: rather a little short
        try:
            response = self._session.post(f"{self._server}/token", self._form(), HEADERS)
        except UnusableKeyError as problem:
            return Outcome(Verdict.PAUSE, f"the private key cannot be used: {problem}", sends=0, cure=CHECK_KEY)
        except NetworkError as failure:
            return outcome_of_failure(failure, "token server: ")._replace(sends=0)
        finally:
            self._session.close()  # the next token is needed in hours or days
        if verdict(response.status) is not Verdict.DELIVERED:
            return _refused(response, self._wall())
        return _read(response, asked_at)

    def _form(self) -> bytes:
        assertion = client_assertion(self._credentials, self._server, now=self._wall(), token_id=self._new_id())
        fields = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion,
            "scope": self._credentials.scope,
        }
        return urlencode(fields).encode("ascii")


def _read(response: Response, asked_at: float) -> _KeptToken | Outcome:
    """RFC 6749, 5.1. An answer that is none is taken for a passing fault of something on the way."""
    answer = _object(response.body)
    token, kind, lifetime = (answer.get(name) for name in ("access_token", "token_type", "expires_in"))
    is_bearer = kind is None or (isinstance(kind, str) and kind.lower() == "bearer")
    if not (isinstance(token, str) and BEARER_TOKEN.fullmatch(token) and is_bearer):
        return Outcome(Verdict.RETRY, f"token server: HTTP {response.status} without a usable token", sends=0)
    if isinstance(lifetime, bool) or not isinstance(lifetime, int | float) or lifetime <= 0:
        lifetime = ASSUMED_LIFETIME
    # Half of a very short life is left unused, so that even such a token serves for more than one batch.
    return _KeptToken(Secret(token), asked_at + lifetime - min(MARGIN, lifetime / 2))


def _refused(response: Response, wall: float) -> Outcome:
    error = _object(response.body).get("error")
    word = f" {error}" if isinstance(error, str) and error in (*ERRORS, WRONG_SCOPE) else ""
    detail = f"token server: HTTP {response.status}{word}"
    if response.status >= 500 or verdict(response.status) is Verdict.RETRY:
        wait = parse_retry_after(response.headers, datetime.fromtimestamp(wall, UTC))
        return Outcome(Verdict.RETRY, detail, wait, sends=0)
    return Outcome(Verdict.PAUSE, detail, sends=0, cure=_cure(response.status, error))


def _cure(status: int, error: object) -> str:
    if error == WRONG_SCOPE:
        return CHECK_SCOPE
    if status == PROXY_LOGIN:
        return CHECK_PROXY
    return CHECK_HOST if status == 404 or 300 <= status < 400 else CHECK_CLIENT


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
