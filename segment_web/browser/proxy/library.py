"""analytics.js from this machine: the file ``analytics.min.js``, or a folder that has it and its chunks."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from segment_web.browser.proxy.file import MAX_FILE, File, MissingError

NAMES = ("analytics.min.js", "standalone.js")  # the second is its name in Segment's package, below dist/umd
KEPT = 64  # files; a folder of Segment's has a dozen


class _Read(NamedTuple):
    state: tuple[int, int]  # time of the last change and size
    file: File


@dataclass(frozen=True, slots=True)
class LocalLibrary:
    """``path`` is the file or the folder. A file is read again when it has changed."""

    path: Path
    _read: dict[str, _Read] = field(default_factory=dict)

    def library(self) -> File:
        """analytics.js itself; MissingError if it is not there."""
        if not self.path.is_dir():
            return self._file(self.path)
        return self._file(next((self.path / name for name in NAMES if (self.path / name).is_file()), self.path))

    def chunk(self, name: str) -> File:
        """A chunk of it by its bare name, which must be one of our routes'; MissingError if it is not there."""
        return self._file(self.path / name)

    def _file(self, path: Path) -> File:
        try:
            found = path.stat()
            state = found.st_mtime_ns, found.st_size
            known = self._read.get(path.name)
            if known is not None and known.state == state:
                return known.file
            if found.st_size > MAX_FILE or not path.is_file():
                raise MissingError("no file, or no script")
            read = _Read(state, File(path.read_bytes()))
        except OSError:
            raise MissingError("not there") from None
        if len(self._read) < KEPT:
            self._read[path.name] = read
        return read.file
