"""``@track_event``: an event when a view has succeeded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import iscoroutinefunction
from typing import Any, Protocol, TypeVar

from flask import Response, current_app, has_request_context

from segment_web.flask.current import running_segment
from segment_web.logs import internal_error
from segment_web.web.views.decorated_view import check_view, decorated
from segment_web.web.views.view_event import ViewEvent

View = TypeVar("View", bound=Callable[..., Any])
Said = Mapping[str, Any]


class ResponseProperties(Protocol):
    """What computes properties."""

    def __call__(self, response: Response, /, **view_args: Any) -> Said | None: ...


Properties = Said | ResponseProperties | Callable[[Response], Said | None] | Callable[..., Said | None] | None

CLASSES = 'write decorators = [track_event("...")] into it, or @track_event("...") above its methods'


def track_event(
    event: str, *, properties: Properties = None, when: Callable[[Response], bool] | None = None
) -> Callable[[View], View]:
    """A track call when the decorated view has answered with a status below 400, except to OPTIONS, HEAD or TRACE.

    ``properties`` is a dict or ``callable(response, **view_args)``; the view may add more with
    ``current_segment.add({...})``. ``when`` is ``callable(response)`` instead of status and method. The response is what Flask
    makes of the view's return value. Works below ``@app.route`` and a blueprint's, on methods of a MethodView and among
    its ``decorators``, sync and async. A bare ``@track_event`` raises TypeError.
    """
    view_event = ViewEvent(event, properties, when)

    def answered(returned: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return _answered(view_event, returned, kwargs)

    def decorate(view: View) -> View:
        check_view(view, cure_for_classes=CLASSES)
        return decorated(view, answered, is_async=iscoroutinefunction(view))

    return decorate


def _answered(view_event: ViewEvent, returned: Any, kwargs: dict[str, Any]) -> Any:
    """Hands on the response, because it can be made only once: what the view returned may be a generator."""
    if not has_request_context():
        return returned  # called as a plain function
    response = current_app.make_response(returned)
    try:
        _record(view_event, response, kwargs)
    except Exception as error:  # noqa: BLE001 - the border of the host
        internal_error("track_event", error)
    return response


def _record(view_event: ViewEvent, response: Response, kwargs: dict[str, Any]) -> None:
    segment = running_segment()
    if segment is not None:
        view_event.record(segment, response, status=response.status_code, view=kwargs)
