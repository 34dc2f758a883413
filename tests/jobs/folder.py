"""A folder as Celery's broker and store of results, quicker than kombu's own, and never read in the middle of a write;
for where Redis is not installed."""

from __future__ import annotations

import json
import os
import time
import uuid
from pathlib import Path
from typing import Any

from celery.backends.filesystem import FilesystemBackend
from kombu.transport import TRANSPORT_ALIASES, filesystem

from tests.jobs.broker import QUICK


def write(path: Path, content: str | bytes) -> None:
    """The file is there as a whole or not at all."""
    staged = path.with_name(f"staged-{uuid.uuid4()}")
    staged.write_bytes(content.encode() if isinstance(content, str) else content)
    os.replace(staged, path)


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **_: Any) -> None:
        name = f"{time.monotonic_ns():020}_{uuid.uuid4()}.{queue}.msg"
        write(Path(self.data_folder_out) / name, json.dumps(payload))


class Transport(filesystem.Transport):
    Channel = Channel
    polling_interval = QUICK


class Results(FilesystemBackend):
    def set(self, key: bytes, value: str | bytes) -> None:
        write(Path(os.fsdecode(self._filename(key))), value)


TRANSPORT_ALIASES["folder"] = f"{__name__}:Transport"


def settings(folder: Path) -> dict[str, Any]:
    """Celery's, for messages and results in ``folder``."""
    folders = ("data_folder_in", "data_folder_out", "control_folder")
    return {
        "broker_url": "folder://",
        "broker_transport_options": dict.fromkeys(folders, str(folder)),
        "result_backend": f"{__name__}:Results+file://{folder}",
        "result_chord_retry_interval": QUICK,
    }
