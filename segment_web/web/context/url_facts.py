"""What a URL says of a visit, remembered for a while: visitors come to the same pages, from the same campaigns."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from segment_web.web.context.campaign import ad_network, campaign
from segment_web.web.context.pages import host, page

CACHED = 1024  # URLs remembered
LONGEST = 512  # characters of a URL that is remembered; with what is read of it, the memory stays under 4 MB


class UrlFacts(NamedTuple):
    """``page``: Segment's page fields, without a referrer; ``host``: as in :func:`segment_web.web.context.pages.host`;
    ``origin``: ``campaign`` and ``referrer`` (an ad network) of the context, where the query names them."""

    page: Mapping[str, str]
    host: str
    origin: Mapping[str, Any]


def place_of(url: str, parameters: frozenset[str], *, click_ids: bool) -> UrlFacts:
    """Reads ``url``, redacted of ``parameters``; ``click_ids`` as in :func:`segment_web.web.context.campaign.campaign`.

    The answer is shared: it must not be changed.
    """
    return _remembered(url, parameters, click_ids) if len(url) <= LONGEST else _read(url, parameters, click_ids)


def _read(url: str, parameters: frozenset[str], click_ids: bool) -> UrlFacts:
    described = page(url, "", parameters)
    # The page's own query is already redacted: an e-mail address in utm_content does not leave by the campaign either.
    query = described["search"][1:]
    found = {"campaign": campaign(query, click_ids=click_ids), "referrer": ad_network(query)} if query else {}
    return UrlFacts(described, host(url), {name: value for name, value in found.items() if value})


_remembered = lru_cache(maxsize=CACHED)(_read)
