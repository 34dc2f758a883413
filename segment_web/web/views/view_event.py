"""The event that a decorated view makes when it has answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from segment_web.logs import internal_error
from segment_web.messages.message import Message
from segment_web.web.request.request_analytics import RequestAnalytics

if TYPE_CHECKING:
    from segment_web.client import Defer

ERRORS = 400  # statuses from here on are not successes
UNCOUNTED = frozenset({"OPTIONS", "HEAD", "TRACE"})  # a preflight or a probe asks about a page and does nothing


@dataclass(frozen=True, slots=True)
class ViewEvent:
    """``properties`` is a dict or a callable that returns one. ``when`` is a callable that decides; by default a status
    below 400 makes the event, except in answer to OPTIONS, HEAD or TRACE."""

    event: str
    properties: Mapping[str, Any] | Callable[..., Mapping[str, Any] | None] | None = None
    when: Callable[..., bool] | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.event, str) or not self.event:
            raise TypeError('track_event needs the event\'s name: write @track_event("Plan Upgraded") above the view')

    def record(
        self,
        segment: RequestAnalytics,
        *arguments: object,
        status: int,
        view: Mapping[str, Any],
        defer: Defer | None = None,
        is_named: bool = False,
    ) -> None:
        """Send the event if the view succeeded. Both callables take ``arguments``; ``properties`` also takes ``view``, the
        keyword arguments of the view. ``is_named`` states that the view asks for an event of this very method. If a
        callable raises, the event is lost and nothing else."""
        is_counted = is_named or segment.scope.request.method not in UNCOUNTED
        try:
            if not (status < ERRORS and is_counted if self.when is None else self.when(*arguments)):
                return
            own = self.properties(*arguments, **view) if callable(self.properties) else self.properties
        except Exception as error:  # noqa: BLE001 - the application's own code
            internal_error(f"track_event({self.event!r})", error)
            return
        properties = {**(own or {}), **segment.added}
        segment.record(Message("track", event=self.event, properties=properties), defer=defer)
