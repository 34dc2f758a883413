"""The settings of the browser: the first-party proxy and the snippet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from segment_web.settings.first_party import FirstParty
from segment_web.settings.kinds import option
from segment_web.settings.load import section
from segment_web.settings.section import Section
from segment_web.settings.snippet import Snippet


class BrowserOptions(TypedDict, total=False):
    """The settings of this section as their users write them."""

    first_party: Mapping[str, Any]
    snippet: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class BrowserSettings(Section):
    """The settings of this section as the package reads them."""

    first_party: FirstParty = option(
        section(FirstParty),
        None,
        doc="dict: `origins`, `server_events`, `rate_limit`, `library`, `cdn`",
        shown="see [The first-party proxy](#the-first-party-proxy)",
    )
    snippet: Snippet = option(
        section(Snippet),
        None,
        doc=("dict: `enabled`, `source`, `first_party`, `cdn`, `load`, `query_string`, `identify`, `global_name`"),
        shown="see [In the browser](#in-the-browser)",
    )
