"""The settings of messages: what is recorded, and what every message carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from segment_web.settings import kinds
from segment_web.settings.kinds import option
from segment_web.settings.secret import Secret
from segment_web.settings.section import Key, Section


class MessageOptions(TypedDict, total=False):
    """The settings of this section as their users write them."""

    enabled: bool
    strict: bool
    dedupe_secret: Key
    app: Mapping[str, Any] | None
    context: Callable[[Any], Mapping[str, Any] | None] | str | None
    integrations: Mapping[str, Any] | None
    before_send: Sequence[Callable[[Any, Any], Any] | str] | Callable[[Any, Any], Any] | str


@dataclass(frozen=True, kw_only=True)
class MessageSettings(Section):
    """The settings of this section as the package reads them."""

    enabled: bool = option(kinds.flag, True, doc="False records nothing")
    strict: bool = option(
        kinds.flag, False, doc="raise `InvalidMessage` for the caller's own mistakes; for development and tests"
    )
    dedupe_secret: Secret | None = option(
        kinds.optional(kinds.secret),
        None,
        doc=(
            "keys `dedupe_key`; the write key by default. Set it where the browser has the same write"
            " key: who knows it can send an event under the id first, and Segment drops the second"
        ),
    )
    app: Mapping[str, Any] | None = option(
        kinds.optional(kinds.mapping), None, doc='`{"name": ..., "version": ...}` for `context.app`'
    )
    context: Callable[..., Any] | None = option(
        kinds.optional(kinds.function), None, doc="`callable(scope) -> dict`, merged into every message's context"
    )
    integrations: Mapping[str, Any] | None = option(
        kinds.optional(kinds.mapping), None, doc="the default integrations object"
    )
    before_send: tuple[Callable[..., Any], ...] = option(
        kinds.functions,
        (),
        doc="`callable(message, scope)` that returns the message, changed or not, or None to drop it",
    )
