"""segment_web for Flask: ``Segment(app)``, or ``Segment()`` and ``init_app(app)`` in an application factory."""

from __future__ import annotations

from importlib.util import find_spec

from segment_web.errors import MissingExtra

if find_spec("flask") is None:
    raise MissingExtra("segment_web.flask", "flask")

from segment_web.flask.current import current_segment
from segment_web.flask.decorators import track_event
from segment_web.flask.extension import Segment

__all__ = ["Segment", "current_segment", "track_event"]
