"""For uvicorn, which runs no exit handlers: the wrapper delivers what is left."""

from __future__ import annotations

from django.core.asgi import get_asgi_application

from segment_web.django.asgi import SegmentASGI

application = SegmentASGI(get_asgi_application())
