"""Carries a batch to Segment's HTTP Tracking API (or anything that speaks it): ``POST /v1/batch``."""

from __future__ import annotations

import zlib
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime

from segment_web.messages.envelope import Batch
from segment_web.messages.outcome import Outcome, Verdict
from segment_web.messages.wire import LIBRARY, batch_body
from segment_web.net.failures import NetworkFailure
from segment_web.net.retry_after import parse_retry_after
from segment_web.net.session import Response, Session
from segment_web.net.statuses import verdict
from segment_web.settings.secret import Secret
from segment_web.version import VERSION

GZIP_LEVEL = 1  # 6 µs an event; level 9 costs 28 for 7 % fewer bytes
GZIP_FRAME = 31  # zlib's code for a gzip header with the largest window


class HttpTransport:
    """One attempt per call. The key goes as Basic authentication and in the body, because proxies may strip one."""

    def __init__(self, session: Session, *, base_url: str, write_key: Secret, gzip: bool) -> None:
        self._session = session
        self._url = f"{base_url}/v1/batch"
        self._write_key = write_key
        self._compress = gzip_compressor() if gzip else None

    def deliver(self, batch: Batch) -> Outcome:
        """Sends the batch; what the answer means is :func:`segment_web.net.statuses.verdict`'s word."""
        write_key = self._write_key.reveal()
        body = batch_body((e.body for e in batch.envelopes), write_key=write_key, sent_at=datetime.now(UTC))
        headers = self._headers(write_key, batch.retries)
        if self._compress is not None:
            body = self._compress(body)
        try:
            response = self._session.post(self._url, body, headers)
        except NetworkFailure as failure:
            return Outcome(Verdict.RETRY, f"{failure.kind}: {failure}")
        return outcome_of(response, len(body))

    def close(self) -> None:
        """Closes the connection."""
        self._session.close()

    def abandon(self) -> None:
        """In a forked child: lets go of the parent's connection without a word to the server."""
        self._session.abandon()

    def _headers(self, write_key: str, retries: int) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json",
            "Authorization": basic_auth(write_key),
            "User-Agent": f"{LIBRARY}/{VERSION}",
        }
        if self._compress is not None:
            headers["Content-Encoding"] = "gzip"
        if retries:
            headers["X-Retry-Count"] = str(retries)
        return headers


def outcome_of(response: Response, bytes_sent: int) -> Outcome:
    """The answer in our words; its body is never logged, it may repeat what was sent."""
    wait = parse_retry_after(response.headers, datetime.now(UTC))
    return Outcome(verdict(response.status), f"HTTP {response.status}", wait, bytes_sent)


def basic_auth(write_key: str) -> str:
    """The key as user name with an empty password (RFC 7617); the colon belongs to it."""
    return "Basic " + b64encode(f"{write_key}:".encode()).decode("ascii")


def gzip_compressor() -> Callable[[bytes], bytes]:
    """ISA-L's gzip when the ``fast`` extra is installed (1 µs an event), else zlib's; both let other threads run."""
    try:
        from isal import isal_zlib
    except ImportError:

        def deflate(body: bytes) -> bytes:
            compressor = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, GZIP_FRAME)
            return compressor.compress(body) + compressor.flush()

        return deflate

    def fast_deflate(body: bytes) -> bytes:
        compressor = isal_zlib.compressobj(GZIP_LEVEL, isal_zlib.DEFLATED, GZIP_FRAME)
        return bytes(compressor.compress(body) + compressor.flush())

    return fast_deflate
