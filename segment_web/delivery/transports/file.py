"""Appends messages to a file, one JSON object a line: a record to look at or to import later."""

from __future__ import annotations

from pathlib import Path

from segment_web.messages.envelope import Batch
from segment_web.messages.outcome import DELIVERED, Outcome


class FileTransport:
    """Opens ``path`` for each batch, so that the file can be moved away while the application runs."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def deliver(self, batch: Batch) -> Outcome:
        """Writes the batch; a full disk is an OSError, which is retried like a network that is down."""
        text = b"".join(envelope.body + b"\n" for envelope in batch.envelopes)
        with self._path.open("ab") as file:
            file.write(text)
        return DELIVERED

    def close(self) -> None:
        """Nothing is held open."""
