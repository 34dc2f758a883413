"""Run the stages in their order, then the limits and the encoding, which turn a message into final bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import FunctionType
from typing import Any, Self, cast

from segment_web.messages.envelope import Packed
from segment_web.messages.message import Message
from segment_web.messages.reasons import Drop
from segment_web.pipeline.stages.encode import Encode
from segment_web.pipeline.stages.limits import Limits
from segment_web.scopes.scope import Scope

Stage = Callable[[Message, Scope], Drop | None]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Run on the caller's thread; the result is bytes that nothing can alter.

    A stage changes the message or returns a Drop. It may set any field of the message and needs to call nothing else:
    ``limits`` and ``encode`` come after every stage, and look at the fields as they are then. ``gates`` are the stages that
    decide by the scope alone; a scope with a prepared visitor has passed them, and each change of the scope discards it.
    """

    gates: tuple[Stage, ...]
    stages: tuple[Stage, ...]
    limits: Limits
    encode: Encode
    check: Callable[[Message], Drop | None]  # the limits' own method

    @classmethod
    def of(cls, gates: Iterable[Stage], stages: Iterable[Stage], limits: Limits, encode: Encode) -> Self:
        """Build the pipeline; keep the bound ``__call__`` of each object, because CPython looks it up slowly each time."""
        methods = (stage if isinstance(stage, FunctionType) else cast(Any, stage).__call__ for stage in stages)
        return cls(tuple(gates), tuple(methods), limits, encode, limits.__call__)

    def foresee(self, message: Message) -> Drop | None:
        """Fix the values of a message that passes the stages later, when its visitor is known.

        Return the drop that awaits the message whoever the visitor is, so that its caller learns it at once.
        """
        self.encode.fix(message)
        encoded = self.limits.content(message) or self.encode.envelope(message)
        return encoded if isinstance(encoded, Drop) else None

    def finish(self, message: Message, scope: Scope) -> Packed | Drop:
        """Return the final envelope, or the reason of the first stage that drops the message."""
        if scope.visitor is None:
            for gate in self.gates:
                if (drop := gate(message, scope)) is not None:
                    return drop
        for stage in self.stages:
            drop = stage(message, scope)
            if drop is not None:
                return drop
        if (drop := self.check(message)) is not None:
            return drop
        return self.encode.envelope(message)
