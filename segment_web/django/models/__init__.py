"""Events of Django's models: the classes and functions that an application imports, and the modules that track instances.

No request, view or login enters this room.
"""

from __future__ import annotations

from segment_web.django.models.querysets import TrackedManager, TrackedQuerySet
from segment_web.django.models.tracking import track_model

__all__ = ["TrackedManager", "TrackedQuerySet", "track_model"]
