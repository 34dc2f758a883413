"""A view that tells when it has answered, and in which everybody still finds the view's own name, signature and kind."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any, TypeVar, cast

View = TypeVar("View", bound=Callable[..., Any])
Answered = Callable[[Any, tuple[Any, ...], dict[str, Any]], Any]


def decorated(view: View, answered: Answered, *, is_async: bool) -> View:
    """Calls ``answered(response, args, kwargs)`` when ``view`` has answered, and answers with what that returns.

    A view that raises is not told of. An asynchronous generator is told of when it begins, before its first item.
    """
    is_generator = inspect.isasyncgenfunction(view)
    make = _generator if is_generator else _coroutine if is_async else _function
    answer = make(view, answered)
    # django-ninja and others resolve annotations in the ``__globals__`` of what they are given and not of what that
    # wraps: they have to be those of the view's own module. The answers below use none, their closures are enough.
    home = getattr(inspect.unwrap(view), "__globals__", None)
    if home is not None:
        answer = FunctionType(answer.__code__, home, closure=answer.__closure__)
    return cast(View, functools.wraps(view)(answer))


def check_view(view: object, *, cure_for_classes: str) -> None:
    """TypeError with the cure when ``view`` answers no requests itself: a class, a classmethod, something else."""
    if inspect.isclass(view):
        raise TypeError(f"@track_event decorates functions and {view.__name__} is a class: {cure_for_classes}")
    if isinstance(view, (classmethod, staticmethod)):
        raise TypeError(f"@track_event stands above @{type(view).__name__}: write it below")
    if not callable(view):
        raise TypeError(f"@track_event decorates views, and {view!r} is none: write it directly above the view")


def check_events(view: type, event: object, events: Mapping[str, object]) -> None:
    """TypeError with the cure when a class-based view has no event, or one of an action or method that it has not."""
    if not event and not events:
        raise TypeError(f'{view.__name__} has no event: set segment_event = "...", or segment_events')
    if unknown := [name for name in events if name != "head" and not hasattr(view, name)]:  # as_view adds "head"
        raise TypeError(f"segment_events of {view.__name__} names {', '.join(unknown)}, which it does not have")


def _function(view: Callable[..., Any], answered: Answered) -> FunctionType:
    is_awaitable = inspect.isawaitable

    async def answer_later(response: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return answered(await response, args, kwargs)

    def answer(*args: Any, **kwargs: Any) -> Any:
        response = view(*args, **kwargs)
        if is_awaitable(response):  # the dispatch() of an asynchronous class-based view
            return answer_later(response, args, kwargs)
        return answered(response, args, kwargs)

    return cast(FunctionType, answer)


def _coroutine(view: Callable[..., Any], answered: Answered) -> FunctionType:
    async def answer(*args: Any, **kwargs: Any) -> Any:
        return answered(await view(*args, **kwargs), args, kwargs)

    return cast(FunctionType, answer)


def _generator(view: Callable[..., Any], answered: Answered) -> FunctionType:
    async def answer(*args: Any, **kwargs: Any) -> Any:
        items = answered(view(*args, **kwargs), args, kwargs)
        try:
            async for item in items:
                yield item
        finally:
            await items.aclose()

    return cast(FunctionType, answer)
