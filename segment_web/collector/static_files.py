"""The files of the live page: scripts, styles and images."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

from segment_web.exchange.answer import Answer, refused

FOLDER = "static/"
TYPES = {
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
}


def answer(name: str, known: str) -> Answer:
    """Return the file ``name``, or 304 if the browser knows it by the tag ``known``."""
    body = _files().get(name)
    if body is None:
        return refused(404, "the collector has no such file")
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"Content-Type": TYPES[name.rpartition(".")[2]], "ETag": tag}
    return Answer(304, headers) if known == tag else Answer(200, headers, body)


@cache
def _files() -> dict[str, bytes]:
    """Read all files once, so that no path of a request reaches the file system."""
    folder = files("segment_web.collector").joinpath("static")
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
