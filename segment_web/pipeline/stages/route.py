"""Which source a message goes to, where its caller has not said: the application's own router."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from segment_web.logs import internal_error
from segment_web.messages.message import Message
from segment_web.messages.reasons import Drop
from segment_web.scopes.scope import Scope


@dataclass(frozen=True, slots=True)
class Route:
    """``router(message, scope)`` names a source, or None for the default one."""

    router: Callable[[Message, Scope], str | None]

    def __call__(self, message: Message, scope: Scope) -> Drop | None:
        if message.source is None:
            try:
                message.source = self.router(message, scope)
            except Exception as error:  # noqa: BLE001 - the application's own code
                internal_error("source_router", error)
        return None
