"""Which source a message goes to: the call's own word, else the router's, else the default."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from segment_web.logs import internal_error
from segment_web.messages.message import Message
from segment_web.messages.reasons import NO_KEY, Drop, DropReason
from segment_web.scopes.scope import Scope
from segment_web.settings import DEFAULT_SOURCE


@dataclass(frozen=True, slots=True)
class Route:
    """``router(message, scope)`` names one of ``aliases``, or None for the default source; ``keyless`` ones have no key."""

    aliases: Collection[str]
    keyless: Collection[str] = ()
    router: Callable[[Message, Scope], str | None] | None = None

    def __call__(self, message: Message, scope: Scope) -> Drop | None:
        if message.source is None and self.router is not None:
            try:
                message.source = self.router(message, scope)
            except Exception as error:  # noqa: BLE001 - the application's own code
                internal_error("source_router", error)
        source = DEFAULT_SOURCE if message.source is None else message.source
        if isinstance(source, str) and source in self.aliases:
            return NO_KEY if source in self.keyless else None
        return Drop(DropReason.UNKNOWN_SOURCE, f"source must be one of {', '.join(sorted(self.aliases))}, or left out")
