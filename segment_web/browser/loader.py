"""The text of the loader: ``loader.js`` without its comments and indentation, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def loader() -> str:
    """A JavaScript function expression, to be called with its configuration."""
    lines = Path(__file__).with_name("loader.js").read_text("utf-8").splitlines()
    return "\n".join(line.strip() for line in lines if line.strip() and not line.strip().startswith("//"))
