"""Carries a batch to Segment's HTTP Tracking API (or anything that speaks it): ``POST /v1/batch``."""

from __future__ import annotations

import zlib
from base64 import b64encode
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from segment_web.delivery.transports.refusals import without_refused
from segment_web.messages.envelope import Batch
from segment_web.messages.outcome import Outcome, Verdict
from segment_web.messages.wire import LIBRARY, batch_pieces
from segment_web.net.failures import NetworkError
from segment_web.net.retry_after import parse_retry_after
from segment_web.net.session import Response, Session
from segment_web.net.statuses import CHECK_PROXY, PROXY_LOGIN, outcome_of_failure, verdict
from segment_web.settings.secret import Secret
from segment_web.version import VERSION

if TYPE_CHECKING:
    from segment_web.net.oauth import Tokens  # brings an extra that only OAuth needs

GZIP_LEVEL = 1  # 6 µs an event; level 9 costs 28 for 7 % fewer bytes
GZIP_FRAME = 31  # zlib's code for a gzip header with the largest window
TOKEN_REFUSED = frozenset({401, 403, 511})  # with OAuth: the token has expired or was revoked, so a new one may help
NEW_TOKEN_REFUSED = (
    "the server refuses even a new access token: check that the OAuth application may write to this source, "
    "SEGMENT_WRITE_KEY and the region"
)


class _Answer(NamedTuple):
    """``status`` is 0 when there was none."""

    status: int
    outcome: Outcome


class HttpTransport:
    """One attempt per call. The key goes as Basic authentication and in the body, because proxies may strip one.

    With ``tokens`` (OAuth) the header holds an access token instead; where one is refused, a new one is fetched and the
    batch sent once more in the same call.
    """

    def __init__(
        self, session: Session, *, base_url: str, write_key: Secret, gzip: bool, tokens: Tokens | None = None
    ) -> None:
        self._session = session
        self._url = f"{base_url}/v1/batch"
        self._write_key = write_key
        self._gzip = gzip
        self._assemble = gzip_compressor() if gzip else b"".join
        self._tokens = tokens

    def deliver(self, batch: Batch) -> Outcome:
        """Sends the batch; what the answer means is :func:`segment_web.net.statuses.verdict`'s word."""
        if self._tokens is None:
            return self._send(batch).outcome
        return self._deliver_with_token(batch, self._tokens)

    def _deliver_with_token(self, batch: Batch, tokens: Tokens) -> Outcome:
        token = tokens.current()
        if isinstance(token, Outcome):
            return token
        status, first = self._send(batch, token)
        if status not in TOKEN_REFUSED:
            return first
        tokens.forget()
        token = tokens.current()
        if isinstance(token, Outcome):
            return token._replace(sends=1, bytes_sent=first.bytes_sent)
        status, second = self._send(batch._replace(retries=batch.retries + 1), token)
        second = second._replace(sends=2, bytes_sent=first.bytes_sent + second.bytes_sent)
        return _refused_again(status, second) if status in TOKEN_REFUSED else second

    def _send(self, batch: Batch, token: Secret | None = None) -> _Answer:
        write_key = self._write_key.reveal()
        bodies = [envelope.body for envelope in batch.envelopes]
        body = self._assemble(batch_pieces(bodies, write_key=write_key, sent_at=datetime.now(UTC)))
        authorization = basic_auth(write_key) if token is None else f"Bearer {token.reveal()}"
        headers = self._headers(authorization, batch.retries)
        try:
            response = self._session.post(self._url, body, headers)
        except NetworkError as failure:
            return _Answer(0, outcome_of_failure(failure))
        outcome = outcome_of(response, len(body))
        if outcome.verdict is Verdict.DELIVERED:
            outcome = without_refused(outcome, response.body, batch)
        return _Answer(response.status, outcome)

    def close(self) -> None:
        """Closes the connections."""
        for holder in self._holders:
            holder.close()

    def abandon(self) -> None:
        """In a forked child: lets go of the parent's connections without a word to the server."""
        for holder in self._holders:
            holder.abandon()

    def end_by(self, moment: float) -> None:
        """No attempt lasts beyond this moment (monotonic seconds): the process ends."""
        for holder in self._holders:
            holder.end_by(moment)

    @property
    def _holders(self) -> tuple[Session | Tokens, ...]:
        return (self._session,) if self._tokens is None else (self._session, self._tokens)

    def _headers(self, authorization: str, retries: int) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json",
            "Authorization": authorization,
            "User-Agent": f"{LIBRARY}/{VERSION}",
        }
        if self._gzip:
            headers["Content-Encoding"] = "gzip"
        if retries:
            headers["X-Retry-Count"] = str(retries)
        return headers


def outcome_of(response: Response, bytes_sent: int) -> Outcome:
    """The answer in our words; its body is never logged, it may repeat what was sent."""
    wait = parse_retry_after(response.headers, datetime.now(UTC))
    cure = CHECK_PROXY if response.status == PROXY_LOGIN else ""
    return Outcome(verdict(response.status), f"HTTP {response.status}", wait, bytes_sent, cure=cure)


def _refused_again(status: int, outcome: Outcome) -> Outcome:
    """A token fresh from its server: the set-up is wrong, which is mended in minutes, so nothing is thrown away."""
    if verdict(status) is Verdict.PAUSE:
        return outcome._replace(cure=NEW_TOKEN_REFUSED)
    return outcome._replace(verdict=Verdict.RETRY)  # 511, for which Segment's libraries count a retry


def basic_auth(write_key: str) -> str:
    """The key as user name with an empty password (RFC 7617); the colon belongs to it."""
    return "Basic " + b64encode(f"{write_key}:".encode()).decode("ascii")


def gzip_compressor() -> Callable[[Iterable[bytes]], bytes]:
    """ISA-L's gzip of some pieces when the ``fast`` extra is installed (a quarter of a µs an event), else zlib's; both let
    other threads run."""
    library: ModuleType = zlib
    with suppress(ImportError):
        library = import_module("isal.isal_zlib")

    def deflate(pieces: Iterable[bytes]) -> bytes:
        compressor = library.compressobj(GZIP_LEVEL, library.DEFLATED, GZIP_FRAME)
        return b"".join([*map(compressor.compress, pieces), compressor.flush()])

    return deflate
