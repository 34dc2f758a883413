"""The settings of requests: which are recorded, and what is read from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from segment_web.settings import kinds
from segment_web.settings.kinds import option
from segment_web.settings.load import section
from segment_web.settings.section import Section

REDACTED_PARAMETERS = (
    "token password passwd secret key api_key apikey access_token code state signature sig session sessionid auth reset"
).split()
EXCLUDED_PATHS = (
    "/static/ /media/ /favicon.ico /robots.txt /health /healthz /livez /readyz /ping /status /admin/ /__debug__/"
).split()


class RequestOptions(TypedDict, total=False):
    """The settings of this section as their users write them."""

    page_views: bool
    exclude_paths: Sequence[str]
    request_filter: Callable[[Any], bool] | str | None
    prefetches: Literal["drop", "keep"]
    trusted_proxies: int | Sequence[str]
    ip: Literal["full", "mask", "none"]
    bots: Literal["drop", "flag", "keep"]
    click_ids: bool
    client_hints: bool
    privacy: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """What is taken out of captured data."""

    url_params: tuple[str, ...] = option(kinds.strings, REDACTED_PARAMETERS)


@dataclass(frozen=True, kw_only=True)
class RequestSettings(Section):
    """The settings of this section as the package reads them."""

    page_views: bool = option(kinds.flag, False, doc="a page call for each HTML page that a GET was answered with")
    exclude_paths: tuple[str, ...] = option(
        kinds.strings,
        EXCLUDED_PATHS,
        doc="path prefixes without page calls",
        shown="static, media, health checks, admin",
    )
    request_filter: Callable[..., bool] | None = option(
        kinds.optional(kinds.function), None, doc="`callable(request) -> bool`: False records nothing of this request"
    )
    prefetches: str = option(
        kinds.choice("drop", "keep"),
        "drop",
        doc=('`"keep"` records GET and HEAD requests that a browser or a script makes ahead of its visitor'),
    )
    trusted_proxies: int | tuple[str, ...] = option(
        kinds.proxies, (), doc='networks of your proxies (`"10.0.0.0/8"`), or their number (0 to 100)'
    )
    ip: str = option(kinds.choice("full", "mask", "none"), "full", doc='`"mask"` (/24, /48) or `"none"`')
    bots: str = option(
        kinds.choice("drop", "flag", "keep"),
        "drop",
        doc=(
            '`"flag"` (`context.bot`) or `"keep"`. A message that names its user, a login, and a '
            "request of a user are not a bot's, whatever program sends them"
        ),
    )
    click_ids: bool = option(kinds.flag, False, doc="`gclid` and its kin into `context.campaign`")
    client_hints: bool = option(
        kinds.flag,
        False,
        doc=(
            "HTML pages over HTTPS ask browsers for the optional hints (`Accept-CH`: model, platform "
            "version ...), which join `context.userAgentData`"
        ),
    )
    privacy: Privacy = option(
        section(Privacy),
        None,
        doc="dict: `url_params`, the query parameters whose values are replaced by `[redacted]`",
        shown="see below this table",
    )
