"""``TrackEventMixin``: the events of a class-based view, which it names itself."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, ClassVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views import View

from segment_web.django.decorators import TrackEvent, track_event
from segment_web.logs import internal_error
from segment_web.web.views.decorated_view import check_events

LAST = "{view} never reaches TrackEventMixin: write it before View or APIView, class {view}(TrackEventMixin, ...)"


class TrackEventMixin:
    """For class-based views: set ``segment_event``, and override :meth:`get_segment_properties` if there is more to say.

    ``segment_events`` gives several: by action on a ViewSet of Django REST framework (``{"create": "Order Placed"}``), by
    method in lower case on other views. Its values are names, or ``track_event("Order Placed", properties=...)`` with
    all that it takes. OPTIONS, HEAD and TRACE make an event only if ``segment_events`` names them.
    ``segment_on_commit = True`` makes those that are names wait for the transaction.
    """

    segment_event: str | None = None
    segment_events: ClassVar[Mapping[str, str | TrackEvent]] = {}
    segment_on_commit = False

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        order = cls.__mro__
        if View in order and order.index(View) < order.index(TrackEventMixin):
            raise TypeError(LAST.format(view=cls.__name__))

    def get_segment_properties(self, response: Any) -> Mapping[str, Any] | None:
        """The event's properties, given the response; none by default."""
        return None

    if not TYPE_CHECKING:  # a view's own as_view has better types

        @classmethod
        def as_view(cls, *args: Any, **initkwargs: Any) -> Any:
            """The view; TypeError when its events cannot be."""
            told = {"segment_event": cls.segment_event, "segment_events": cls.segment_events, **initkwargs}
            check_events(cls, told["segment_event"], told["segment_events"])
            return super().as_view(*args, **initkwargs)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answers the request, then tells of it."""
        response: Any = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        if isawaitable(response):
            return self._segment_later(response, request, kwargs)
        return self._segment_tell(response, request, kwargs)

    async def _segment_later(self, response: Any, request: HttpRequest, kwargs: dict[str, Any]) -> Any:
        return self._segment_tell(await response, request, kwargs)

    def _segment_tell(self, response: Any, request: HttpRequest, kwargs: dict[str, Any]) -> Any:
        try:
            event, is_named = self._segment_event_of(request)
            if event is not None:
                # Django REST framework's own request, whose data and user are more, once it has made one.
                event.tell(getattr(self, "request", request), response, kwargs, is_named=is_named)
        except Exception as error:  # noqa: BLE001 - the border of the host
            internal_error("TrackEventMixin", error)
        return response

    def _segment_event_of(self, request: HttpRequest) -> tuple[TrackEvent | None, bool]:
        """Return the event, and whether ``segment_events`` names the method of the request."""
        method = (request.method or "").lower()
        is_named = method in self.segment_events
        is_set = hasattr(self, "action_map")  # a ViewSet knows its action
        key = getattr(self, "action", None) if is_set and not is_named else method
        event = self.segment_events.get(key or "", self.segment_event)
        if isinstance(event, str):
            event = track_event(event, properties=self._segment_said, on_commit=self.segment_on_commit)
        return event, is_named

    def _segment_said(self, request: Any, response: HttpResponseBase, **_: Any) -> Mapping[str, Any] | None:
        return self.get_segment_properties(response)
