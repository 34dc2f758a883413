"""The shop for ASGI servers such as uvicorn."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

from segment_web.django.asgi import SegmentASGI

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop_project.settings")

# The wrapper hears the server's "shutting down" and delivers what is still queued before the process ends.
application = SegmentASGI(get_asgi_application())
