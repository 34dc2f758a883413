"""Where in the application a call was made, for the log line of a mistake."""

from __future__ import annotations

import sys
from os.path import dirname  # pathlib takes 5 ms to import

PACKAGE = dirname(__file__)


def call_site() -> str:
    """File and line of the innermost frame that is not this package's."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
