"""What a command is, and what it is told about the application it runs in."""

from __future__ import annotations

import logging
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from segment_web.client import Analytics
from segment_web.commands.output import Output, Result
from segment_web.commands.project import Project

IN_A_PROJECT: Final = "Examine the Segment set-up, send an event, print the snippet or counts, follow events."
"""What the commands of :mod:`segment_web.commands.project_commands` are for."""


@dataclass(frozen=True, slots=True)
class Host:
    """The application around a command.

    ``client`` finds its client (ConfigError for wrong settings), ``project`` what only its framework knows.
    """

    client: Callable[[], Analytics]
    project: Callable[[], Project] = Project


@dataclass(frozen=True, slots=True)
class ProjectCommand:
    """One command, the same in every skin: how its arguments are declared and what it does.

    ``run`` takes the parsed arguments, the application and where to write; what it returns has been written already and
    holds the exit code. It raises SegmentError with a sentence for the user.
    """

    name: str
    summary: str
    add_arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace, Host, Output], Result]

    @property
    def description(self) -> str:
        """The summary as a sentence, for the command's own help."""
        return f"{self.summary[0].upper()}{self.summary[1:]}."

    def declare(self, parser: ArgumentParser) -> None:
        """Describes this command to its parser: what it does, its arguments, and the one that all commands have."""
        parser.description = self.description
        self.add_arguments(parser)
        parser.add_argument("--json", action="store_true", help="print JSON instead of text")


@contextmanager
def quiet_log() -> Iterator[None]:
    """Keeps the package's log off the terminal while a command runs: its report says the same, and more."""
    logger, silence = logging.getLogger("segment_web"), logging.NullHandler()
    passes_on, logger.propagate = logger.propagate, False
    logger.addHandler(silence)
    try:
        yield
    finally:
        logger.removeHandler(silence)
        logger.propagate = passes_on
