"""How a command ends, the same in every skin: with an exit code and without a traceback, also when it is cut short."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from segment_web.commands.command import quiet_log
from segment_web.commands.output import Output

INTERRUPTED: Final = 130  # 128 + SIGINT, as shells report it
UNREAD: Final = 1


def ended(run: Callable[[], int], output: Output) -> int:
    """What ``run`` returns; 130 when Ctrl-C interrupts it, 1 when the reader of ``output`` has seen enough, as in
    ``segment-web stats | head -1``. SegmentError is its caller's to word."""
    try:
        with quiet_log():
            return run()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        output.abandon()
        return UNREAD
