"""``manage.py segment doctor | send | stats | tail``: the commands for this project's client."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator
from typing import Any, Final

from django.core import checks
from django.core.management.base import BaseCommand, CommandError, CommandParser

from segment_web.commands.command import Command as Body
from segment_web.commands.command import Host, quiet_log
from segment_web.commands.doctor import DOCTOR
from segment_web.commands.findings import Finding, Level
from segment_web.commands.output import Output, wants_colour
from segment_web.commands.send import SEND
from segment_web.commands.stats import STATS
from segment_web.commands.tail.command import TAIL
from segment_web.django import conf
from segment_web.django.checks import check_segment
from segment_web.errors import SegmentError

BODIES: Final = {body.name: body for body in (DOCTOR, SEND, STATS, TAIL)}
USAGE_ERROR: Final = 2
# The doctor says these itself, for every framework: a wrong setting, no key, a hidden cookie.
ALREADY_SAID: Final = ("segment_web.E001", "segment_web.W001", "segment_web.W004")


class Command(BaseCommand):
    """A skin: arguments and bodies are those of ``segment-web``."""

    help = "Examine this project's Segment set-up, send an event, print counts, follow events."
    requires_system_checks = ()  # the doctor reports what they would stop at

    def add_arguments(self, parser: CommandParser) -> None:
        """A sub-command for each body."""
        commands = parser.add_subparsers(dest="body", metavar="COMMAND", required=True)
        for body in BODIES.values():
            body.declare(commands.add_parser(body.name, help=body.summary))

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs the body; the process ends with its exit code unless that is 0."""
        output = Output(self.stdout, json=options["json"], colour=self._colour(options))
        try:
            with quiet_log():
                exit_code = run(BODIES[options["body"]], Namespace(**options), output)
        except SegmentError as problem:
            raise CommandError(str(problem), returncode=USAGE_ERROR) from problem
        if exit_code:
            sys.exit(exit_code)

    def _colour(self, options: dict[str, Any]) -> bool:
        return options["force_color"] or (not options["no_color"] and wants_colour(self.stdout))


def run(body: Body, options: Namespace, output: Output) -> int:
    return body.run(options, Host(conf.client, findings), output).exit_code


def findings() -> Iterator[Finding]:
    """What Django's system checks say of segment_web, in the doctor's words."""
    for message in check_segment():
        if message.id not in ALREADY_SAID:
            level = Level.ERROR if message.level >= checks.ERROR else Level.WARNING
            yield Finding(level, f"django {message.id or ''}".rstrip(), message.msg, message.hint or "")
