"""The command: what is followed, which events are shown, and how it ends."""

from __future__ import annotations

import sys
import threading
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any, Final, get_args
from urllib.parse import urlsplit

from segment_web.commands.collector import PORT
from segment_web.commands.command import Host, ProjectCommand
from segment_web.commands.ending import INTERRUPTED
from segment_web.commands.output import Output
from segment_web.commands.tail.collector import CollectorFeed
from segment_web.commands.tail.feed import Feed, FeedLostError
from segment_web.commands.tail.file import FileFeed
from segment_web.commands.tail.shown_message import ShownMessage, Wanted
from segment_web.commands.this_machine import is_this_machine
from segment_web.messages.message import MessageType
from segment_web.settings import Settings

EVERY: Final = 0.5  # seconds between two looks
PATIENCE: Final = 8.0  # seconds at most between two tries, while there is no answer
MOST_LAST: Final = 10_000
FROM_SETTINGS: Final = ""


@dataclass(frozen=True, slots=True)
class Followed:
    """It ends when it is interrupted, and with the exit code of that."""

    @property
    def exit_code(self) -> int:
        """Always 130."""
        return INTERRUPTED

    def lines(self, output: Output) -> Iterable[str]:
        """All was said."""
        return ()

    def as_json(self) -> Mapping[str, Any]:
        """All was said."""
        return {}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--url", help=f"the collector (default: the setting host if it is local, else {local()})")
    parser.add_argument(
        "--file",
        nargs="?",
        const=FROM_SETTINGS,
        help="a file that events are written to, instead of a collector (default: the setting delivery_file)",
    )
    parser.add_argument(
        "--type", action="append", choices=get_args(MessageType), help="only these types (may be repeated)"
    )
    parser.add_argument(
        "--event",
        action="append",
        metavar="NAME",
        help='only events or pages of this name, as "Order *" (may be repeated)',
    )
    parser.add_argument(
        "--user", action="append", metavar="ID", help="only of this user or anonymous id (may be repeated)"
    )
    parser.add_argument(
        "--last",
        type=number,
        default=10,
        metavar="N",
        help="begin with the last N that are there (default %(default)s)",
    )


def number(text: str) -> int:
    try:
        found = int(text)
    except ValueError:
        found = -1
    if not 0 <= found <= MOST_LAST:
        raise ArgumentTypeError(f"must be a number from 0 to {MOST_LAST}")
    return found


def local() -> str:
    return f"http://127.0.0.1:{PORT}"


def run(options: Namespace, host: Host, output: Output) -> Followed:
    wanted = Wanted(tuple(options.type or ()), tuple(options.event or ()), tuple(options.user or ()))
    with suppress(KeyboardInterrupt), closing(feed_of(options, host)) as feed:
        show(first(feed, wanted, options.last), wanted, output)
        tell(f"following {feed.place}; Ctrl-C ends it")
        follow(feed, wanted, output)
    return Followed()


def feed_of(options: Namespace, host: Host) -> Feed:
    """What the arguments name, else what the settings do; ConfigError for settings that are wrong."""
    if options.url is not None:
        return CollectorFeed(options.url if "://" in options.url else f"http://{options.url}")
    if options.file:
        return FileFeed(options.file)
    settings = host.client().settings
    if options.file == FROM_SETTINGS or settings.delivery == "file":
        return FileFeed(settings.delivery_file)
    return CollectorFeed(collector_of(settings))


def collector_of(settings: Settings) -> str:
    """The setting ``host`` if that is this machine: nothing else is a collector that one may look into."""
    at = urlsplit(settings.base_url)
    return settings.base_url if settings.host and is_this_machine(at.hostname or "") else local()


def first(feed: Feed, wanted: Wanted, last: int) -> list[ShownMessage]:
    """The last ones that are wanted; with a filter there may be many in between."""
    there = feed.begin(last if wanted == Wanted() or not last else MOST_LAST)
    return [seen for seen in there if wanted.has(seen)][-last:] if last else []


def follow(feed: Feed, wanted: Wanted, output: Output) -> None:
    """Shows what is new, for ever; while there is no answer it asks less and less often."""
    pause, delay = threading.Event(), EVERY
    while not pause.wait(delay):
        try:
            show(feed.news(), wanted, output)
        except FeedLostError as problem:
            if delay == EVERY:
                tell(f"lost {feed.place} ({problem}); trying again")
            delay = min(2 * delay, PATIENCE)
        else:
            if delay != EVERY:
                tell(f"{feed.place} is back")
            delay = EVERY


def show(seen: Iterable[ShownMessage], wanted: Wanted, output: Output) -> None:
    for one in seen:
        if wanted.has(one):
            output.line(one.line(output))
            if output.is_json:
                output.document(one.as_json())


def tell(text: str) -> None:
    """What is no event does not stand among them."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


TAIL = ProjectCommand(
    "tail", "follow events in this terminal as they arrive at a local collector or in a file", add_arguments, run
)
