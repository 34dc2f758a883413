"""``collector``: a local Segment in the foreground."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from segment_web.commands.command import Host, ProjectCommand
from segment_web.commands.listening import FAILURES, refused
from segment_web.commands.output import Output, Style

PORT: Final = 8765


@dataclass(frozen=True, slots=True)
class Served:
    """The collector ran until it was interrupted, which is how it ends."""

    @property
    def exit_code(self) -> int:
        """Always 0."""
        return 0

    def lines(self, output: Output) -> Iterable[str]:
        """Nothing more to say."""
        return ()

    def as_json(self) -> Mapping[str, Any]:
        """Nothing more to say."""
        return {}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    parser.add_argument(
        "--port", type=int, default=PORT, help="port to listen on, 0 for a free one (default %(default)s)"
    )
    parser.add_argument("--database", default=":memory:", metavar="FILE", help="keep messages in this file")
    parser.add_argument("--write-key", action="append", metavar="KEY", help="let in only this key (may be repeated)")
    parser.add_argument(
        "--allow-host", action="append", metavar="NAME", help="serve this host name, too (may be repeated)"
    )


def run(options: Namespace, host: Host, output: Output) -> Served:
    from segment_web.collector import serve  # MissingExtra without Flask

    try:
        serve(
            options.host,
            options.port,
            database=options.database,
            write_keys=options.write_key,
            hosts=options.allow_host or (),
            ready=lambda url: announce(url, output),
        )
    except FAILURES as problem:
        raise refused(f"{options.host}:{options.port}", problem, "--port or --host") from problem
    return Served()


def announce(url: str, output: Output) -> None:
    output.line(f"A local Segment is at {output.styled(url, Style.STRONG)}; open it to see what arrives.")
    output.line(f"Send to it with SEGMENT_HOST={url} and any SEGMENT_WRITE_KEY. Ctrl-C ends it.")
    if output.is_json:
        output.document({"url": url})


COLLECTOR = ProjectCommand("collector", "run a local Segment with a page that shows what arrives", add_arguments, run)
