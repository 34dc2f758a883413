"""The process of an example shop: ``python -m segment_web.commands.demo.server MODULE:APPLICATION PORT``.

It serves by waitress, prints its port once it listens, and ends normally, its queue drained, when it is told to by
SIGTERM, by Ctrl-C, or by the end of its standard input: then the demo that started it is gone.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from importlib import import_module
from types import FrameType

from segment_web.commands.listening import FAILURES, refused

HOST = "127.0.0.1"


def main(application: str, port: int) -> None:
    """Serves until told to end."""
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    waitress = import_module("waitress")
    module, _, name = application.partition(":")
    served = getattr(import_module(module), name)
    try:
        server = waitress.create_server(served, host=HOST, port=port, ident=None)
    except FAILURES as problem:
        raise SystemExit(str(refused(f"{HOST}:{port}", problem, "--port"))) from problem
    threading.Thread(target=outlive_nobody, name="demo-parent", daemon=True).start()
    sys.stdout.write(f"{server.effective_port}\n")
    sys.stdout.flush()
    server.run()


def end(number: int, frame: FrameType | None) -> None:
    """Ends the server's loop as Ctrl-C does; exit handlers run afterwards."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one must not break the drain off
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise SystemExit(0)


def outlive_nobody() -> None:
    """Waits for the end of standard input, which the demo holds open."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
