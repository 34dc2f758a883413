"""Who is calling, by the modules on the stack: a signal does not say why it was sent."""

from __future__ import annotations

import sys
from collections.abc import Collection

DEPTH = 20  # frames between a package's function and the receiver of the signal that it caused; some ten in fact


def called_from(modules: Collection[str]) -> bool:
    """Whether one of ``modules`` is among the nearest callers, which a module that was never imported is not."""
    if not any(name in sys.modules for name in modules):
        return False
    frame = sys._getframe(1)
    for _ in range(DEPTH):
        if frame.f_globals.get("__name__") in modules:
            return True
        if frame.f_back is None:
            return False
        frame = frame.f_back
    return False
