"""The lock that a fork waits for: a child forked in the middle of another thread's import, or of OpenSSL reading
certificates, would wait for that thread, which it does not have, for ever."""

from __future__ import annotations

import logging  # noqa: F401 - its lock, which imports ask for, has to be taken after ours: the last registered is first
import os
import threading

loading = threading.RLock()  # held while heavy modules are imported and while a TLS context is made


def _before() -> None:
    loading.acquire()


def _after() -> None:
    loading.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_after, after_in_child=_after)
