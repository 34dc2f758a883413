"""``segment-web``: reads the command line, runs one command, and turns what goes wrong into a line and an exit code."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Final

from segment_web.client import Analytics
from segment_web.commands.collector import COLLECTOR
from segment_web.commands.command import Host, ProjectCommand
from segment_web.commands.demo.command import DEMO
from segment_web.commands.doctor.command import DOCTOR
from segment_web.commands.ending import ended
from segment_web.commands.output import Output, wants_colour
from segment_web.commands.send import SEND
from segment_web.commands.snippet import SNIPPET
from segment_web.commands.stats import STATS
from segment_web.commands.tail.command import TAIL
from segment_web.errors import SegmentError
from segment_web.version import VERSION

COMMANDS: Final[tuple[ProjectCommand, ...]] = (DEMO, COLLECTOR, TAIL, DOCTOR, SEND, SNIPPET, STATS)
USAGE_ERROR: Final = 2  # argparse's own exit code
EXAMPLES: Final = """\
examples:
  segment-web demo      the example shop and a local Segment, to click through
  segment-web doctor    is everything set up, and does the key work?
  segment-web send track "Invoice Paid" --user-id 42 --properties '{"total": 5}'

doctor, send, snippet, stats and tail take their settings from the environment
(SEGMENT_WRITE_KEY, SEGMENT_REGION, ...); in a project use "manage.py segment"
(Django) or "flask segment" for these.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command in ``argv`` (default: the process's arguments) and returns the exit code.

    0: all is well; 1: the command found something wrong; 2: it could not be run; 130: interrupted.
    """
    parser = build_parser()
    options = parser.parse_args(argv)
    command: ProjectCommand | None = options.command
    if command is None:
        parser.print_help(sys.stderr)
        return USAGE_ERROR
    output = Output(sys.stdout, json=options.json, colour=wants_colour(sys.stdout))
    try:
        return ended(lambda: run(command, options, output), output)
    except SegmentError as problem:
        sys.stderr.write(f"segment-web: {problem}\n")
        return USAGE_ERROR


def run(command: ProjectCommand, options: Namespace, output: Output) -> int:
    with ExitStack() as closing:
        return command.run(options, Host(lambda: own_client(closing)), output).exit_code


def build_parser() -> ArgumentParser:
    """The parser, with a sub-command for each command."""
    parser = ArgumentParser(
        prog="segment-web",
        description="Segment analytics for Django and Flask: try it, check it, look at it.",
        epilog=EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"segment-web {VERSION}")
    parser.set_defaults(command=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for command in COMMANDS:
        sub = commands.add_parser(command.name, help=command.summary)
        command.declare(sub)
        sub.set_defaults(command=command)
    return parser


def own_client(closing: ExitStack) -> Analytics:
    """A client made from the environment. It ends with the command, which has waited for as long as was asked."""
    client = Analytics()
    closing.callback(client.close, 0.0)
    return client
