"""segment_web for Django: add ``"segment_web.django"`` to INSTALLED_APPS and the middleware to MIDDLEWARE.

Names are loaded when they are first used, because Django imports this module before its applications are ready.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from segment_web.errors import MissingExtra

if find_spec("django") is None:
    raise MissingExtra("segment_web.django", "django")

if TYPE_CHECKING:
    from segment_web.django.class_views import TrackEventMixin
    from segment_web.django.decorators import track_event
    from segment_web.django.models.tracking import track_model
    from segment_web.django.requests import SegmentRequest

__all__ = ["SegmentRequest", "TrackEventMixin", "track_event", "track_model"]

_HOMES = {
    "TrackEventMixin": "class_views",
    "track_event": "decorators",
    "track_model": "models",
    "SegmentRequest": "requests",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
