"""Servers of somebody else's (PostgreSQL, Redis) that end with the process that started them, whatever becomes of that."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

# The shell waits for the end of its input, which comes when we close it and when we are killed.
UNTIL_THE_END_OF_INPUT = '"$@" & exec >/dev/null 2>&1; read -r _; kill -s "$END" $!; wait'


@contextmanager
def server(*command: str, ready: str, end: str = "TERM", user: str | None = None) -> Iterator[None]:
    """Runs ``command`` for the length of the block, from the line on that says it is ``ready`` to the signal ``end``."""
    process = subprocess.Popen(
        ["/bin/sh", "-c", UNTIL_THE_END_OF_INPUT, "sh", *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={"END": end},
        cwd="/",
        text=True,
        user=user,
        extra_groups=None if user is None else [],
    )
    with process:  # closes its input, then waits
        assert process.stdout is not None
        said: list[str] = []
        for line in process.stdout:
            said.append(line)
            if ready in line:
                break
        else:
            raise AssertionError(f"{command[0]} does not start: {''.join(said)}")
        yield
