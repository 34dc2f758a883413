"""A PostgreSQL of our own: a cluster in a temporary folder, reached by a socket in it, and gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.ended_with_us import server

DEBIAN = Path("/usr/lib/postgresql")  # whose programs are not on the PATH
OWNER = "postgres"  # of the database; and, because PostgreSQL refuses to run as root, who runs it there
NAME = "postgres"
QUICK = {  # nothing of it has to outlive a power cut
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "16MB",
    "max_connections": "20",
    "autovacuum": "off",
    "log_min_messages": "log",  # what goes wrong on purpose is not logged
    "log_checkpoints": "off",
}


@contextmanager
def cluster() -> Iterator[str]:
    """The folder with the socket, for ``host``; skips where PostgreSQL is not installed."""
    programs = installed()
    user = OWNER if os.getuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="segment-web-") as folder:
        if user is not None:
            os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
        data = f"{folder}/data"
        options = ("--no-sync", "--no-instructions", "--no-locale", "--encoding=UTF8", "--auth=trust")
        made = [str(programs / "initdb"), *options, f"--username={OWNER}", "--pgdata", data]
        subprocess.run(made, user=user, cwd="/", capture_output=True, check=True)
        settings = [word for name, value in QUICK.items() for word in ("-c", f"{name}={value}")]
        started = [str(programs / "postgres"), "-D", data, "-k", folder, *settings]
        with server(*started, ready="ready to accept connections", end="QUIT", user=user):
            yield folder


def installed() -> Path:
    """The folder with PostgreSQL's programs, the newest there is."""
    newest = sorted(DEBIAN.glob("*/bin"), key=lambda programs: int(programs.parent.name))
    on_path = shutil.which("postgres")
    if on_path is None and not newest:
        pytest.skip("PostgreSQL is not installed")
    return Path(on_path).resolve().parent if on_path is not None else newest[-1]
