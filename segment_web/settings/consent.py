"""The settings of consent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from segment_web.settings import kinds
from segment_web.settings.kinds import option
from segment_web.settings.section import Section


class ConsentOptions(TypedDict, total=False):
    """The settings of this section as their users write them."""

    consent: Callable[[Any], bool | Mapping[str, bool] | None] | str | None
    respect_gpc: bool
    respect_dnt: bool


@dataclass(frozen=True, kw_only=True)
class ConsentSettings(Section):
    """The settings of this section as the package reads them."""

    consent: Callable[..., Any] | Literal["cookie"] | None = option(
        kinds.optional(kinds.function_or("cookie")),
        None,
        doc=(
            '`"cookie"`, a `CookieConsent`, or `callable(request)` that returns True, False, None (no'
            " answer yet) or a dict of categories; see [Consent](#consent)"
        ),
    )
    respect_gpc: bool = option(
        kinds.flag, False, doc="record nothing of a browser that sends `Sec-GPC: 1` (Global Privacy Control)"
    )
    respect_dnt: bool = option(kinds.flag, False, doc="record nothing of a browser that sends `DNT: 1`")
