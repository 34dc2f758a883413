"""``SegmentASGI`` under its name for Django: ``application = SegmentASGI(get_asgi_application())`` in asgi.py."""

from __future__ import annotations

from segment_web.asgi import SegmentASGI

__all__ = ["SegmentASGI"]
