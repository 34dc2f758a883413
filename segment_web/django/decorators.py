"""``@track_event``: an event when a view has succeeded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from asgiref.sync import iscoroutinefunction
from django.http.response import HttpResponseBase

from segment_web.client import Defer
from segment_web.django.commit import on_commit as after_commit
from segment_web.logs import internal_error
from segment_web.web.request.request_analytics import RequestAnalytics
from segment_web.web.views.decorated_view import check_view, decorated
from segment_web.web.views.view_event import ViewEvent

View = TypeVar("View", bound=Callable[..., Any])
Said = Mapping[str, Any]


class RequestProperties(Protocol):
    """What computes properties; in Django REST framework and django-ninja it is given their requests and responses."""

    def __call__(self, request: Any, response: Any, /, **view_kwargs: Any) -> Said | None: ...


Properties = Said | RequestProperties | Callable[[Any, Any], Said | None] | Callable[..., Said | None] | None

CLASSES = 'derive it from TrackEventMixin, or write @method_decorator(track_event("..."), name="dispatch")'
ABOVE_ROUTE = "@track_event stands above the route, which has the undecorated view already: write it below @api.get"
NINJA_STATUS = "ninja.responses"  # the module of django-ninja's Status


@dataclass(frozen=True, slots=True)
class TrackEvent:
    """The decorator that :func:`track_event` makes."""

    view_event: ViewEvent
    defer: Defer | None = None

    def __call__(self, view: View) -> View:
        """``view``, and the event when it has succeeded."""
        check_view(view, cure_for_classes=CLASSES)
        if hasattr(view, "_ninja_operation"):
            raise TypeError(ABOVE_ROUTE)
        return decorated(view, self._answered, is_async=iscoroutinefunction(view))

    def tell(self, request: Any, response: Any, kwargs: Mapping[str, Any], *, is_named: bool = False) -> None:
        """Record that the view has answered ``request`` with ``response``. Never raise. For ``is_named`` see ViewEvent."""
        try:
            segment = getattr(request, "segment", None)
            if isinstance(segment, RequestAnalytics):  # without the middleware there is no visitor; a check names it
                self.view_event.record(
                    segment,
                    request,
                    response,
                    status=_status(response),
                    view=kwargs,
                    defer=self.defer,
                    is_named=is_named,
                )
        except Exception as error:  # noqa: BLE001 - the border of the host
            internal_error("track_event", error)

    def _answered(self, response: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self.tell(_request(args, kwargs), response, {name: kwargs[name] for name in kwargs if name != "request"})
        return response


def track_event(
    event: str,
    *,
    properties: Properties = None,
    when: Callable[[Any, Any], bool] | None = None,
    on_commit: bool = False,
) -> TrackEvent:
    """A track call when the decorated view has answered with a status below 400, except to OPTIONS, HEAD or TRACE.

    ``properties`` is a dict or ``callable(request, response, **view_kwargs)``; the view may add more with
    ``request.segment.add({...})``. ``when`` is ``callable(request, response)`` instead of status and method. With ``on_commit``
    the event is put into the queue when the transaction commits. Works on functions and methods, sync and async, Django's
    own, those of Django REST framework (above or below ``@api_view`` and ``@action``) and of django-ninja (below
    ``@api.get``); on a class-based view through ``method_decorator``. ``request`` and ``response`` are what the decorated
    function was given and returned. A bare ``@track_event`` raises TypeError.
    """
    return TrackEvent(ViewEvent(event, properties, when), after_commit if on_commit else None)


def _request(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """The request among a view's arguments: the first, or the one after ``self``; else the one that ``self`` keeps, for
    methods such as ``form_valid``."""
    for argument in (*args[:2], kwargs.get("request")):
        if hasattr(argument, "META"):
            return argument
    return getattr(args[0], "request", None) if args else None


def _status(response: Any) -> int:
    """That of a response. django-ninja's operations return plain data, with a status of their own in a pair or a Status;
    data may have a ``status_code`` that means something else."""
    if isinstance(response, HttpResponseBase) or type(response).__module__ == NINJA_STATUS:
        return int(response.status_code)
    if isinstance(response, tuple) and len(response) == 2 and isinstance(response[0], int):
        return response[0]
    return 200
