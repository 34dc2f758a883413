"""Gets files of Segment's CDN: one host, and nothing of the visitor's request goes with it."""

from __future__ import annotations

from collections.abc import Mapping

from segment_web.browser.proxy.file import MAX_FILE, File, MissingError, UnavailableError
from segment_web.messages.wire import LIBRARY
from segment_web.net.failures import NetworkError
from segment_web.process import fork_lock
from segment_web.settings import Settings
from segment_web.version import VERSION

TIMEOUT = 5.0  # seconds for a whole file; a visitor waits for less (see the cache), the file is then there for the next
CONNECT_TIMEOUT = 2.0  # seconds for each address of the CDN
HEADERS = {"User-Agent": f"{LIBRARY}/{VERSION}", "Accept": "*/*"}  # all that is sent


class Cdn:
    """``base`` is the CDN's address, a constant of the settings. Any thread may fetch."""

    def __init__(self, base: str, settings: Settings) -> None:
        with fork_lock.loading:
            from segment_web.net.session import Session  # httpx comes with the first request, on its own thread

        self._base = base
        self._session = Session(
            timeout=TIMEOUT, connect_timeout=CONNECT_TIMEOUT, proxy=settings.proxy, ca_file=settings.ca_file
        )

    def fetch(self, path: str) -> File:
        """The file at ``path``, which must be one of our routes'; MissingError or UnavailableError if there is none."""
        try:
            response = self._session.get(f"{self._base}/{path}", HEADERS, limit=MAX_FILE + 1)
        except NetworkError as failure:
            raise UnavailableError(f"{failure.kind}") from None
        finally:
            self._session.close()  # minutes pass until the next: no connection is kept for it
        if response.status >= 500:
            raise UnavailableError(f"HTTP {response.status}")
        if response.status != 200:
            raise MissingError(f"HTTP {response.status}")
        return _file(response.body, response.headers)

    def abandon(self) -> None:
        """In a forked child: lets go of the parent's connection."""
        self._session.abandon()


def _file(body: bytes, headers: Mapping[str, str]) -> File:
    """What may be handed on: a whole file, packed in a way that every browser knows, and no page of some portal.

    What is none says nothing of the CDN's other files, which anybody could keep from being fetched by asking for it."""
    encoding = headers.get("content-encoding", "").strip().lower()
    if not body or len(body) > MAX_FILE:
        raise MissingError("an empty or endless file")
    if encoding not in ("", "identity", "gzip"):
        raise MissingError("an encoding that nobody asked for")
    if headers.get("content-type", "").strip().lower().startswith("text/html"):
        raise MissingError("a page instead of a file")
    return File(body, "gzip" if encoding == "gzip" else "")
