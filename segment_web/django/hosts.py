"""The host of a request as Django lets it through, remembered: to check it takes longer than to read all else of a URL."""

from __future__ import annotations

from functools import lru_cache

from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest

REMEMBERED = 64  # hosts; a project has a few, and whoever makes some up pushes out the oldest
LONGEST = 255  # characters of a header that is remembered
ORDINARY = frozenset({ASGIRequest, WSGIRequest})  # whose word on it is Django's


def host_of(request: HttpRequest) -> str:
    """``request.get_host()``, which raises DisallowedHost for one that the project does not serve."""
    said, forwarded = request.META.get("HTTP_HOST", ""), request.META.get("HTTP_X_FORWARDED_HOST")
    is_ordinary = type(request) in ORDINARY and "get_host" not in request.__dict__
    if is_ordinary and 0 < len(said) <= LONGEST and len(forwarded or "") <= LONGEST:
        return _allowed(said, forwarded)
    return request.get_host()


def forget() -> None:
    """What the settings allow has changed."""
    _allowed.cache_clear()


@lru_cache(maxsize=REMEMBERED)
def _allowed(said: str, forwarded: str | None) -> str:
    """What is refused raises, and is not remembered."""
    request = HttpRequest()
    request.META = {"HTTP_HOST": said} | ({} if forwarded is None else {"HTTP_X_FORWARDED_HOST": forwarded})
    return request.get_host()
