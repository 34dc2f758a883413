"""What no visitor looks at: the health check, and the one folder of static files."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse

STATIC_FOLDER = Path(__file__).resolve().parent.parent / "static"
SECONDS_IN_BROWSER_CACHE = 300  # short enough to see a changed stylesheet soon


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


def static_file(request: HttpRequest, name: str) -> HttpResponse:
    """A stylesheet or picture, with and without DEBUG. A dozen small files need no more; a real shop has a CDN."""
    file = (STATIC_FOLDER / name).resolve()
    if not file.is_relative_to(STATIC_FOLDER) or not file.is_file():
        raise Http404
    content_type, _ = mimetypes.guess_type(file.name)
    headers = {"Cache-Control": f"max-age={SECONDS_IN_BROWSER_CACHE}"}
    return HttpResponse(file.read_bytes(), content_type=content_type, headers=headers)
