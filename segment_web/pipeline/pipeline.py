"""The pipeline: stages in order, each changing the message or dropping it with a reason, and the encoding at the end."""

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
    """Runs on the caller's thread; what comes out is bytes that nothing can alter any more."""

    stages: tuple[Stage, ...]
    limits: Limits
    encode: Encode

    @classmethod
    def of(cls, stages: Iterable[Stage], limits: Limits, encode: Encode) -> Self:
        """Make a pipeline of these stages in their order; ``limits`` is the last of them, because a stage of the
        application may break a rule. Store each object's method: CPython takes a detour to find it at each call."""
        every = (*stages, limits)
        methods = (stage if isinstance(stage, FunctionType) else cast(Any, stage).__call__ for stage in every)
        return cls(tuple(methods), limits, encode)

    def foresee(self, message: Message) -> Drop | None:
        """Fixes the values of a message that passes later, when its visitor is known; the drop that awaits it whoever
        they turn out to be is told to its caller at once."""
        self.encode.fix(message)
        encoded = self.limits.content(message) or self.encode.envelope(message)
        return encoded if isinstance(encoded, Drop) else None

    def finish(self, message: Message, scope: Scope) -> Packed | Drop:
        """The finished envelope, or the first stage's reason to drop the message."""
        for stage in self.stages:
            drop = stage(message, scope)
            if drop is not None:
                return drop
        return self.encode.envelope(message)
