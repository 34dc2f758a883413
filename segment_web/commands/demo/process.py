"""A running example shop: prepared in a folder of its own, started, and stopped as a deployment would stop it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TextIO

from segment_web.commands.demo.shops import CHECKOUT, Shop
from segment_web.errors import SegmentError

WRITE_KEY: Final = "demo-write-key"
STOP_SECONDS: Final = 10.0  # the drain takes at most exit_timeout, 5 s
LAST_LINES: Final = 15  # of what a failing shop said: a traceback's end
SERVER: Final = "segment_web.commands.demo.server"


@dataclass(slots=True)
class ShopProcess:
    """``folder`` is the example's code, ``scratch`` takes its database and log, ``collector`` is where events go.

    With a ``library``, a folder with analytics.js, pages have the snippet. Without one they have none, since Segment's
    CDN knows no source of this key: the server itself makes the page calls, and no page waits for another host.
    ``url`` is known once it is started, ``exit_code`` once it is stopped: 0 when it ended in order.
    """

    shop: Shop
    folder: Path
    scratch: Path
    collector: str
    port: int = 0
    library: Path | None = None
    url: str = ""
    exit_code: int | None = None
    _process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Prepares the database and serves; returns when connections are accepted. SegmentError if it cannot."""
        for command in self.shop.prepare:
            with self._log() as log:
                prepared = subprocess.run(
                    [sys.executable, *command],
                    cwd=self.folder,
                    env=self._environ(),
                    stdout=log,
                    stderr=log,
                    check=False,
                )
            if prepared.returncode != 0:
                raise SegmentError(f"preparing the shop failed:\n{self.last_words()}")
        self.url = f"http://127.0.0.1:{self._serve()}"

    def wait(self) -> int:
        """Waits until the shop ends by itself; its exit code."""
        assert self._process is not None, "started first"
        return self._process.wait()

    def stop(self) -> None:
        """Tells it to end by SIGTERM and waits for that: what it still has to deliver is delivered."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            self.exit_code = process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            self.exit_code = process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()

    def last_words(self) -> str:
        """The end of what it wrote to its log."""
        return "\n".join(self._log_file.read_text("utf-8", "replace").splitlines()[-LAST_LINES:])

    def _serve(self) -> int:
        with self._log() as log:
            self._process = process = subprocess.Popen(
                [sys.executable, "-m", SERVER, self.shop.application, str(self.port)],
                cwd=self.folder,
                env=self._environ(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,  # Ctrl-C reaches us, and we end the shop in order
            )
        assert process.stdout is not None, "asked for above"
        said = process.stdout.readline().strip()
        if not said:
            self.stop()
            raise SegmentError(f"the shop did not start:\n{self.last_words()}")
        return int(said)

    def _log(self) -> TextIO:
        return self._log_file.open("a", encoding="utf-8")

    @property
    def _log_file(self) -> Path:
        return self.scratch / "shop.log"

    def _environ(self) -> Mapping[str, str]:
        """Ours without any setting of segment_web, so that a demo never sends to a real source."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("SEGMENT_")}
        paths = [str(self.folder), str(CHECKOUT), *filter(None, [ours.get("PYTHONPATH")])]
        return {
            **ours,
            "PYTHONPATH": os.pathsep.join(paths),
            "PYTHONUNBUFFERED": "1",
            "SEGMENT_WRITE_KEY": WRITE_KEY,
            "SEGMENT_HOST": self.collector,
            "SEGMENT_SNIPPET": json.dumps({"enabled": self.library is not None}),
            "SEGMENT_FIRST_PARTY": json.dumps({"cdn": None, "library": self.library and str(self.library.absolute())}),
            "SHOP_DATABASE": str(self.scratch / "shop.sqlite3"),
            **self.shop.environ,
        }
