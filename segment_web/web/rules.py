"""The settings that capture goes by, compiled once for each client."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Self

from segment_web.exchange.http import WebRequest
from segment_web.logs import internal_error
from segment_web.messages.reasons import FILTERED, PREFETCH, Drop
from segment_web.settings import Settings
from segment_web.settings.automatic import AutomaticSettings
from segment_web.settings.consent import ConsentSettings
from segment_web.settings.requests import RequestSettings
from segment_web.settings.secret import Secret
from segment_web.settings.visitors import VisitorSettings
from segment_web.web.consent.terms import Terms
from segment_web.web.context.addresses import TrustedProxies, trusted_proxies
from segment_web.web.context.prefetch import is_prefetch
from segment_web.web.context.redaction import redact_query

SECTIONS = (RequestSettings, VisitorSettings, AutomaticSettings, ConsentSettings)


@dataclass(frozen=True, kw_only=True)
class Rules(ConsentSettings, AutomaticSettings, VisitorSettings, RequestSettings):
    """What a request is read by."""

    proxies: TrustedProxies
    url_params: frozenset[str]
    write_key: Secret | None
    clock: Callable[[], float]
    drops_prefetches: bool
    terms: Terms
    excluded_trees: tuple[str, ...]
    excluded_pages: frozenset[str]

    @classmethod
    def of(cls, settings: Settings, *, clock: Callable[[], float] = time.time) -> Self:
        """``clock`` tells seconds since 1970, for what visitors keep from request to request.

        Raises ConfigError for proxies that are neither networks nor a number.
        """
        url_params = frozenset(settings.privacy.url_params)
        redact_query("a=1", url_params)  # compiles its pattern now and not in somebody's request
        own = {setting.name: getattr(settings, setting.name) for section in SECTIONS for setting in fields(section)}
        return cls(
            **own,
            proxies=trusted_proxies(settings.trusted_proxies),
            url_params=url_params,
            write_key=settings.write_key,
            clock=clock,
            drops_prefetches=settings.prefetches == "drop",
            terms=Terms.of(settings),
            excluded_trees=tuple(path for path in settings.exclude_paths if path.endswith("/")),
            excluded_pages=frozenset(path + end for path in settings.exclude_paths for end in ("", "/")),
        )

    @property
    def remembers(self) -> bool:
        """Whether browsers keep more of a visitor than an anonymous id."""
        return self.visit is not None or self.group is not None

    @property
    def follows_pages(self) -> bool:
        """Whether a response has to be looked at although its request said nothing."""
        return self.page_views or self.client_hints

    def unwanted(self, request: WebRequest) -> Drop | None:
        """Return the reason to record nothing of a request, apart from its visitor's consent."""
        if self.request_filter is not None and not self.admits(request.native):
            return FILTERED
        return PREFETCH if self.drops_prefetches and is_prefetch(request) else None

    def admits(self, request: object) -> bool:
        """Whether the setting ``request_filter`` lets this request be recorded; one that raises does."""
        try:
            return self.request_filter is None or bool(self.request_filter(request))
        except Exception as error:  # noqa: BLE001 - the application's own code
            internal_error("the request_filter setting", error)
            return True

    def excludes(self, path: str) -> bool:
        """Whether the setting ``exclude_paths`` names this path, or a tree (``/admin/``) that it is in."""
        return path.startswith(self.excluded_trees) or path in self.excluded_pages
