"""Ports for servers that go away and come back, or that another process opens: nobody else is given one meanwhile."""

from __future__ import annotations

import os
import socket
from itertools import count

FIRST = 20_000  # the kernel hands out ports from 32,768 on, to tests beside this one too
EACH = 1_500  # ports for each process of a run

_numbers = count(os.getpid() * 97)  # two runs at once on one machine begin at different ports


def own_port() -> int:
    """A free port that was not given before in this run."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 8
    for number in _numbers:
        port = FIRST + EACH * worker + number % EACH
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise AssertionError("unreachable")
