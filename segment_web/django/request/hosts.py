"""The host of a request as Django lets it through, remembered: to check it takes longer than to read all else of a URL."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest

REMEMBERED = 64  # hosts; a project has a few, and whoever makes some up pushes out the oldest
LONGEST = 255  # characters of a header that is remembered
RAW = "_get_raw_host"  # Django's own part of ``get_host``, which projects with many hosts replace


def _ways(kind: Any) -> tuple[object, object]:
    return kind.get_host, getattr(kind, RAW, None)


DJANGOS = _ways(HttpRequest)  # a request that has any other is asked itself


def host_of(request: HttpRequest) -> str:
    """``request.get_host()``, which raises DisallowedHost for one that the project does not serve."""
    said, forwarded = request.META.get("HTTP_HOST", ""), request.META.get("HTTP_X_FORWARDED_HOST")
    if (
        0 < len(said) <= LONGEST
        and (forwarded is None or len(forwarded) <= LONGEST)
        and _ways(type(request)) == DJANGOS
        and request.__dict__.keys().isdisjoint(("get_host", RAW))
        and (allowed := tuple(settings.ALLOWED_HOSTS))  # else it depends on DEBUG
    ):
        believed = forwarded is not None and settings.USE_X_FORWARDED_HOST
        return _allowed(said, forwarded if believed else None, allowed)
    return request.get_host()


@lru_cache(maxsize=REMEMBERED)
def _allowed(said: str, forwarded: str | None, allowed: tuple[str, ...]) -> str:
    """What is refused raises, and is not remembered; ``allowed`` is what the settings say of it."""
    request = HttpRequest()
    request.META = {"HTTP_HOST": said} | ({} if forwarded is None else {"HTTP_X_FORWARDED_HOST": forwarded})
    return request.get_host()
