"""``manage.py segment doctor | send | snippet | stats | tail``: the commands for this project's client."""

from __future__ import annotations

import sys
from argparse import SUPPRESS, ArgumentParser, Namespace
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from segment_web.commands.command import IN_A_PROJECT, Host
from segment_web.commands.command import ProjectCommand as Body
from segment_web.commands.ending import ended
from segment_web.commands.output import Output, wants_colour
from segment_web.commands.project_commands import BY_NAME
from segment_web.django import conf
from segment_web.django.project import project
from segment_web.errors import SegmentError

USAGE_ERROR: Final = 2


class Command(BaseCommand):
    """A skin: arguments and bodies are those of ``segment-web``."""

    help = IN_A_PROJECT
    requires_system_checks = ()  # the doctor reports what they would stop at

    def add_arguments(self, parser: CommandParser) -> None:
        """A sub-command for each body."""
        commands = parser.add_subparsers(dest="body", metavar="COMMAND", required=True)
        for body in BY_NAME.values():
            sub = commands.add_parser(body.name, help=body.summary)
            body.declare(sub)
            take_djangos_own(sub)

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs the body; the process ends with its exit code unless that is 0."""
        output = Output(self.stdout, json=options["json"], colour=self._colour(options))
        try:
            exit_code = ended(lambda: run(BY_NAME[options["body"]], Namespace(**options), output), output)
        except SegmentError as problem:
            raise CommandError(str(problem), returncode=USAGE_ERROR) from problem
        if exit_code:
            sys.exit(exit_code)

    def _colour(self, options: dict[str, Any]) -> bool:
        return options["force_color"] or (not options["no_color"] and wants_colour(self.stdout))


def take_djangos_own(parser: ArgumentParser) -> None:
    """Lets Django's options stand behind the name of a body, too, where people write them; Django reads them itself."""
    for name in ("--settings", "--pythonpath"):
        parser.add_argument(name, default=SUPPRESS, help=SUPPRESS)
    for name in ("--traceback", "--no-color", "--force-color"):
        parser.add_argument(name, action="store_true", default=SUPPRESS, help=SUPPRESS)


def run(body: Body, options: Namespace, output: Output) -> int:
    return body.run(options, Host(conf.client, project), output).exit_code
