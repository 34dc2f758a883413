"""The text of the loader: ``loader.min.js``, which is made of ``loader.js``, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def loader() -> str:
    """A JavaScript function expression, to be called with its configuration."""
    return Path(__file__).with_name("loader.min.js").read_text("utf-8").strip()
