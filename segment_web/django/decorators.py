"""``@track_event`` and ``TrackEventMixin``: an event when a view has succeeded."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping
from inspect import isawaitable
from typing import Any, TypeVar

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from segment_web.django.commit import on_commit as after_commit
from segment_web.logs import internal_error
from segment_web.web.request_analytics import RequestAnalytics
from segment_web.web.view_event import ViewEvent

View = TypeVar("View", bound=Callable[..., Any])
Properties = Mapping[str, Any] | Callable[..., Mapping[str, Any] | None] | None


def track_event(
    event: str,
    *,
    properties: Properties = None,
    when: Callable[[Any, Any], bool] | None = None,
    on_commit: bool = False,
) -> Callable[[View], View]:
    """A track call when the decorated view has answered with a status below 400.

    ``properties`` is a dict or ``callable(request, response, **view_kwargs)``; the view may add more with
    ``request.segment.add({...})``. ``when`` is ``callable(request, response)`` instead of the status. With ``on_commit``
    the event is put into the queue when the transaction commits. Works on functions and methods, sync and async; on a
    class-based view through ``method_decorator``. A bare ``@track_event`` raises TypeError.
    """
    view_event = ViewEvent(event, properties, when)
    after = functools.partial(_record, view_event, after_commit if on_commit else None)

    async def answer_later(view: Awaitable[Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        response = await view
        after(_request(args), response, kwargs)
        return response

    def decorate(view: View) -> View:
        if iscoroutinefunction(view):

            @functools.wraps(view)
            async def answer_async(*args: Any, **kwargs: Any) -> Any:
                return await answer_later(view(*args, **kwargs), args, kwargs)

            return answer_async  # type: ignore[return-value]

        @functools.wraps(view)
        def answer(*args: Any, **kwargs: Any) -> Any:
            response = view(*args, **kwargs)
            if isawaitable(response):  # dispatch() of an asynchronous class-based view
                return answer_later(response, args, kwargs)
            after(_request(args), response, kwargs)
            return response

        return answer  # type: ignore[return-value]

    return decorate


class TrackEventMixin:
    """For class-based views: set ``segment_event``, and override :meth:`get_segment_properties` if there is more to say.

    ``segment_on_commit = True`` waits for the transaction.
    """

    segment_event: str
    segment_on_commit = False

    def get_segment_properties(self, response: HttpResponseBase) -> Mapping[str, Any] | None:
        """The event's properties, given the response; none by default."""
        return None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answers the request, then tells of it."""
        answer: Callable[..., Any] = super().dispatch  # type: ignore[misc]
        return self._segment_decorator(answer)(request, *args, **kwargs)

    @property
    def _segment_decorator(self) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def properties(request: HttpRequest, response: HttpResponseBase, **_: Any) -> Mapping[str, Any] | None:
            return self.get_segment_properties(response)

        return track_event(self.segment_event, properties=properties, on_commit=self.segment_on_commit)


def _request(args: tuple[Any, ...]) -> Any:
    """The request among a view's arguments: the first, or the one after ``self``. DRF's wraps Django's."""
    found = next((argument for argument in args[:2] if hasattr(argument, "META")), None)
    return getattr(found, "_request", found)


def _record(view_event: ViewEvent, defer: Any, request: Any, response: Any, kwargs: dict[str, Any]) -> None:
    segment = getattr(request, "segment", None)
    if not isinstance(segment, RequestAnalytics):
        return  # without the middleware there is no visitor; a check names it
    try:
        status = getattr(response, "status_code", 200)  # django-ninja's operations return plain data
        view_event.record(segment, request, response, status=status, view=kwargs, defer=defer)
    except Exception as error:  # noqa: BLE001 - the border of the host
        internal_error("track_event", error)
