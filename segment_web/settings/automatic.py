"""The settings of automatic events: of models and of accounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from segment_web.settings import kinds
from segment_web.settings.kinds import option
from segment_web.settings.load import section
from segment_web.settings.section import Section


class AutomaticOptions(TypedDict, total=False):
    """The settings of this section as their users write them."""

    models: Mapping[str, Mapping[str, Any]]
    auth_events: Mapping[str, str | bool | None] | Literal[False]


def named(usual: str) -> Callable[[Any], str | None]:
    """An event's name: True stands for the usual one, None for no event."""

    def read(value: Any) -> str | None:
        return usual if value is True else kinds.optional(kinds.text)(value)

    return read


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthEvents:
    """The names of the events that authentication makes; None turns one off, True takes the usual name."""

    signed_up: str | None = option(named("Signed Up"), "Signed Up")
    signed_in: str | None = option(named("Signed In"), "Signed In")
    signed_out: str | None = option(named("Signed Out"), "Signed Out")
    login_failed: str | None = option(named("Login Failed"), None)
    password_changed: str | None = option(named("Password Changed"), None)


def auth_events(value: Any) -> AuthEvents:
    """``False`` turns all off; ``False`` for one event turns that one off."""
    if value is False or value in ("false", "0"):
        value = dict.fromkeys(("signed_up", "signed_in", "signed_out"))
    if isinstance(value, Mapping):
        value = {name: event or None for name, event in value.items()}
    read_section = section(AuthEvents)
    events: AuthEvents = read_section(value)
    return events


@dataclass(frozen=True, kw_only=True)
class AutomaticSettings(Section):
    """The settings of this section as the package reads them."""

    models: Mapping[str, Any] = option(
        kinds.mapping, {}, doc='model events by setting: `{"shop.Order": {"created": "Order Placed"}}`'
    )
    auth_events: AuthEvents = option(
        auth_events,
        None,
        doc=(
            "dict of names: `signed_up`, `signed_in`, `signed_out`, `login_failed`, "
            "`password_changed`; True is the usual name, False turns one or all off; see "
            "[Accounts](#accounts)"
        ),
        shown="sign-up, login, logout",
    )
