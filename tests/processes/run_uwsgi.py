"""``python -m tests.processes.run_uwsgi OPTIONS``: uWSGI, which has no module of its own to be started by."""

from __future__ import annotations

import pyuwsgi

if __name__ == "__main__":
    pyuwsgi.run()
