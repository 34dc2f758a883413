"""``demo``: starts an example shop and a local Segment; with ``--once`` walks a shopper through and checks what came."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from segment_web.commands.collector import PORT as COLLECTOR_PORT
from segment_web.commands.command import Host, ProjectCommand
from segment_web.commands.demo.process import ShopProcess
from segment_web.commands.demo.shops import SHOPS, find
from segment_web.commands.listening import FAILURES, refused
from segment_web.commands.output import Output, Result, Style
from segment_web.errors import ConfigError, SegmentError

if TYPE_CHECKING:
    from segment_web.collector import CollectorServer

SHOP_PORT: Final = 8000
ANY_PORT: Final = 0


@dataclass(frozen=True, slots=True)
class Closed:
    """The demo ran until it was interrupted, which is how it ends."""

    @property
    def exit_code(self) -> int:
        """Always 0."""
        return 0

    def lines(self, output: Output) -> Iterable[str]:
        """That both have ended."""
        yield "The shop and the collector are closed."

    def as_json(self) -> Mapping[str, Any]:
        """``{"closed": true}``."""
        return {"closed": True}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--framework", default="django", help=f"whose shop: {', '.join(SHOPS)} (default %(default)s)")
    parser.add_argument("--once", action="store_true", help="walk a shopper through, check what arrived, and end")
    parser.add_argument("--port", type=int, help=f"the shop's port (default {SHOP_PORT}; with --once a free one)")
    parser.add_argument(
        "--collector-port", type=int, help=f"the collector's port (default {COLLECTOR_PORT}; with --once a free one)"
    )
    parser.add_argument(
        "--library",
        type=Path,
        metavar="FOLDER",
        help="analytics.js for the shop's pages: dist/umd of Segment's package for npm; needs a browser, not --once",
    )


def run(options: Namespace, host: Host, output: Output) -> Result:
    check_library(options)
    result = once(options, output) if options.once else until_interrupted(options, output)
    output.show(result)
    return result


def check_library(options: Namespace) -> None:
    """ConfigError where ``--library`` cannot be what was meant."""
    if options.library is None:
        return
    if not options.library.is_dir():
        raise ConfigError(f"there is no folder {str(options.library)!r}: --library is one with analytics.js in it.")
    if options.once:
        raise ConfigError("--once walks without a browser, and analytics.js needs one: leave --library or --once out.")


def once(options: Namespace, output: Output) -> Result:
    """The walk and the checks; exit code 0 only if all that was expected arrived."""
    # Imported here: the shopper brings httpx, which the other commands do without.
    from segment_web.commands.demo.evidence import gather, received
    from segment_web.commands.demo.review import Review
    from segment_web.commands.demo.shopper import walk

    began = time.monotonic()
    with opened(options, ANY_PORT, ANY_PORT) as (shop, collector):
        output.line(f"A shopper walks through {shop.url}, which delivers to {collector.url} ...")
        try:
            walked = walk(shop.url)
        except SegmentError as problem:
            shop.stop()
            output.line(shop.last_words())
            return Review.halted(options.framework, received(collector), str(problem), time.monotonic() - began)
        shop.stop()  # by SIGTERM, with the last events still in its queue
        evidence = gather(walked, collector, exit_code=shop.exit_code)
    return Review.of(options.framework, evidence, time.monotonic() - began)


def until_interrupted(options: Namespace, output: Output) -> Result:
    """Both servers, until Ctrl-C."""
    with opened(options, SHOP_PORT, COLLECTOR_PORT) as (shop, collector):
        output.line(f"The shop is at {output.styled(shop.url, Style.STRONG)}")
        output.line(f"What arrives is at {output.styled(collector.url, Style.STRONG)}")
        output.line("Agree in the banner of the shop: it records nothing before. Ctrl-C ends both.")
        if output.is_json:
            output.document({"shop": shop.url, "collector": collector.url})
        try:
            code = shop.wait()
        except KeyboardInterrupt:
            return Closed()
        raise SegmentError(f"the shop ended with exit code {code}:\n{shop.last_words()}")


@contextmanager
def opened(options: Namespace, port: int, collector_port: int) -> Iterator[tuple[ShopProcess, CollectorServer]]:
    """A running shop and the collector it delivers to; the ports are those of ``options``, else the given ones."""
    shop, folder = find(options.framework)
    with TemporaryDirectory(prefix="segment-web-demo-") as scratch, listening(options, collector_port) as collector:
        chosen = port if options.port is None else options.port
        with ShopProcess(shop, folder, Path(scratch), collector.url, chosen, options.library) as process:
            yield process, collector


def listening(options: Namespace, port: int) -> CollectorServer:
    """A started collector; ConfigError if its port is taken."""
    from segment_web.collector import CollectorServer

    chosen = port if options.collector_port is None else options.collector_port
    try:
        return CollectorServer(port=chosen).start()
    except FAILURES as problem:
        raise refused(f"port {chosen}", problem, "--collector-port") from problem


DEMO = ProjectCommand("demo", "run the example shop and a local Segment, to look at or to check", add_arguments, run)
