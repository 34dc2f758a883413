"""An address that cannot be listened on, as the error that a command ends with."""

from __future__ import annotations

from typing import Final

from segment_web.errors import ConfigError

FAILURES: Final = (OSError, OverflowError)  # the latter of a port beyond 65535
AT: Final = " (while "  # what Python's socket.create_server adds, the address once more


def refused(address: str, problem: Exception, option: str) -> ConfigError:
    """What keeps a server from ``address``; ``option`` of the command chooses another one."""
    why, _, _ = (getattr(problem, "strerror", None) or str(problem).rstrip(".")).partition(AT)
    return ConfigError(f"cannot listen on {address}: {why}; choose another with {option}.")
