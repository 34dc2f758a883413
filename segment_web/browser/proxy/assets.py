"""What the browser gets: analytics.js, its settings and its chunks, from this machine or from the CDN's cache."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import quote

from segment_web.browser.proxy import keys
from segment_web.browser.proxy.cache import REST, Cache
from segment_web.browser.proxy.file import File, MissingError, UnavailableError
from segment_web.browser.proxy.library import LocalLibrary
from segment_web.browser.proxy.rate import Client, client_of
from segment_web.browser.proxy.routes import ProxyRoute, RouteKind
from segment_web.browser.proxy.settings_document import first_party, mount_of
from segment_web.exchange.answer import JSON, SAFE, TEXT, Answer
from segment_web.settings import Settings
from segment_web.web.request.web_scope import WebScope

SCRIPT = "text/javascript; charset=utf-8"
FRESH = 600.0  # seconds until the library and the settings are fetched anew
FRESH_CHUNK = 86_400.0  # seconds; a chunk with another content has another name
LIBRARY_KEPT = "public, max-age=600, stale-while-revalidate=86400"
CHUNK_KEPT = "public, max-age=31536000, immutable"
SETTINGS_KEPT = "private, max-age=300"  # holds the host by which it was asked for: no shared cache may mix them up
FALLBACK_KEPT = "no-store"  # Segment's own document is wanted as soon as there is one


class Assets:
    """Answers GET; ``cache`` is None when nothing may be fetched."""

    def __init__(self, settings: Settings, cache: Cache | None) -> None:
        self._settings = settings
        self._cache = cache
        library = settings.first_party.library
        self._local = LocalLibrary(Path(library)) if library is not None else None
        self._answers: Mapping[RouteKind, Callable[[str, WebScope], Answer]] = {
            RouteKind.LIBRARY: self._library,
            RouteKind.SETTINGS: self._project,
            RouteKind.FILE: self._chunk,
        }

    def answer(self, route: ProxyRoute, scope: WebScope) -> Answer:
        """The file, "not modified", or why there is none: 404, or 503 for what may be had later."""
        try:
            return self._answers[route.kind](route.name, scope)
        except MissingError:
            return absent()
        except UnavailableError:
            return Answer(
                503,
                {**SAFE, "Content-Type": TEXT, "Retry-After": str(int(REST))},
                b"This file cannot be had now.\n",
            )

    def _library(self, key: str, scope: WebScope) -> Answer:
        key = self._known(key)
        if self._local is not None:
            return _file(self._local.library(), SCRIPT, LIBRARY_KEPT, scope)
        file = self._get(f"analytics.js/v1/{quote(key, safe='')}/analytics.min.js", FRESH)
        return _file(file, SCRIPT, LIBRARY_KEPT, scope)

    def _project(self, key: str, scope: WebScope) -> Answer:
        path = f"v1/projects/{quote(self._known(key), safe='')}/settings"
        mount = mount_of(scope.request.url)
        if mount is None:
            return Answer(400, {**SAFE, "Content-Type": TEXT}, b"This host is not known here.\n")
        try:
            upstream = self._get(path, FRESH)
        except (MissingError, UnavailableError):
            upstream = None
        file = first_party(upstream, key=key, mount=mount, cdn=self._settings.first_party.cdn)
        return _file(file, JSON, FALLBACK_KEPT if upstream is None else SETTINGS_KEPT, scope)

    def _chunk(self, path: str, scope: WebScope) -> Answer:
        if self._local is not None and self._local.path.is_dir():
            try:
                return _file(self._local.chunk(path.rpartition("/")[2]), SCRIPT, CHUNK_KEPT, scope)
            except MissingError:
                pass  # a destination's code, which no folder of Segment's package has
        return _file(self._get(path, FRESH_CHUNK, client_of(scope)), SCRIPT, CHUNK_KEPT, scope)

    def _known(self, key: str) -> str:
        """The key, if it is one of ours: no other source's library is anybody's business here."""
        if keys.alias_of(self._settings, key) is None:
            raise MissingError("a foreign key")
        return key

    def _get(self, path: str, fresh: float, client: Client | None = None) -> File:
        if self._cache is None:
            raise MissingError("nothing is fetched")
        return self._cache.get(path, fresh=fresh, client=client)


def absent() -> Answer:
    """404."""
    return Answer(404, {**SAFE, "Content-Type": TEXT}, b"There is nothing here.\n")


def _file(file: File, kind: str, kept: str, scope: WebScope) -> Answer:
    headers = {**SAFE, "Content-Type": kind, "Cache-Control": kept, "ETag": file.tag}
    if _is_known(file.tag, scope.request.header("If-None-Match")):
        return Answer(304, headers)
    if file.encoding:
        headers["Content-Encoding"] = file.encoding
    return Answer(200, headers, file.body)


def _is_known(tag: str, header: str) -> bool:
    """Whether the browser has it (RFC 9110, 13.1.2: weak comparison, because middleware that packs weakens tags)."""
    return any(part.strip().removeprefix("W/") in (tag, "*") for part in header.split(","))
