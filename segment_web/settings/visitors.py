"""The settings of visitors: their cookie, id, traits, group and visit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from segment_web.settings import kinds
from segment_web.settings.kinds import option
from segment_web.settings.load import section
from segment_web.settings.periods import DECADE, YEAR
from segment_web.settings.section import Section
from segment_web.settings.visit import VisitSettings, visit


class VisitorOptions(TypedDict, total=False):
    """The settings of this section as their users write them."""

    cookie: Mapping[str, Any]
    user_id: str | Callable[[Any], Any]
    user_traits: Sequence[str] | Callable[[Any], Mapping[str, Any]]
    user_loader: str | Callable[[Any], Any] | None
    group: str | Callable[[Any], Any] | None
    visit: Mapping[str, Any] | bool | None
    impersonated: Callable[[Any], bool] | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieSettings:
    """How the anonymous id is kept in the browser; the defaults are what analytics.js itself uses."""

    name: str = option(kinds.text, "ajs_anonymous_id")
    age: int = option(kinds.integer(least=1, most=DECADE), YEAR)
    domain: str | None = option(kinds.optional(kinds.text), None)
    samesite: str = option(kinds.choice("Lax", "Strict", "None"), "Lax")
    secure: bool | None = option(kinds.optional(kinds.flag), None)
    httponly: bool = option(kinds.flag, False)
    mode: str = option(kinds.choice("issue", "read", "off"), "issue")
    at_login: str = option(kinds.choice("keep", "renew"), "keep")
    partitioned: bool = option(kinds.flag, False)

    def __post_init__(self) -> None:
        if self.partitioned and (self.samesite == "Strict" or self.secure is False):
            raise ValueError("{partitioned} is on: leave out {samesite} and {secure}.")
        if self.partitioned:  # browsers keep such a cookie with these attributes only
            object.__setattr__(self, "samesite", "None")
            object.__setattr__(self, "secure", True)
        if self.samesite == "None" and self.secure is not True:
            raise ValueError('{samesite} is "None", which browsers accept only where {secure} is True.')


@dataclass(frozen=True, kw_only=True)
class VisitorSettings(Section):
    """The settings of this section as the package reads them."""

    cookie: CookieSettings = option(
        section(CookieSettings),
        None,
        doc=(
            "dict: `name`, `age` (1 to 315,360,000 seconds), `domain`, `samesite`, `secure`, "
            '`httponly`, `mode`: `"issue"`, `"read"`, `"off"`, `at_login`: `"keep"`, `"renew"`, '
            "`partitioned`: True for frames of other sites (see [Whose visitor](#whose-visitor))"
        ),
        shown="as analytics.js",
    )
    user_id: str | Callable[..., Any] = option(
        kinds.attribute, "pk", doc="attribute of the user (of a dict or a row: its item), or a callable"
    )
    user_traits: tuple[str, ...] | Callable[..., Any] = option(
        kinds.attributes, (), doc="attributes of the user to send as traits, or a callable that returns a dict"
    )
    user_loader: str | Callable[..., Any] | None = option(
        kinds.optional(kinds.attribute),
        None,
        doc=(
            "Flask, where Flask-Login does not know the user (it goes before Flask-Login): the "
            "session's key under which your login keeps them (logins and logouts are then "
            "recognised), or `callable(request)` that returns them, for example `lambda request: "
            "g.user` (then call `segment.signed_in(user)` and `segment.signed_out()` yourself)"
        ),
    )
    group: str | Callable[..., Any] | None = option(
        kinds.optional(kinds.attribute),
        None,
        doc=(
            'attribute of the user (`"organisation_id"`, `"profile__team_id"`), or '
            "`callable(request)` that returns an id, `(id, traits)` or None; see [Groups](#groups)"
        ),
    )
    visit: VisitSettings | None = option(
        visit,
        None,
        doc=(
            "True, or a dict: `cookie` (its name), `idle` (1 to 34,128,000) and `age` (1 to "
            "315,360,000) in seconds; see [Visits](#visits)"
        ),
    )
    impersonated: Callable[..., bool] | None = option(
        kinds.optional(kinds.function),
        None,
        doc=("`callable(request) -> bool`: True while somebody acts as the logged-in user; see [Accounts](#accounts)"),
    )
