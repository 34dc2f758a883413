"""What no visitor looks at: the health check. Flask itself serves the static files."""

from __future__ import annotations

from flask import Blueprint, Response

blueprint = Blueprint("plumbing", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    return Response("ok", content_type="text/plain")
