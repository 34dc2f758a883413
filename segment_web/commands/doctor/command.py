"""``doctor``: examines an application's set-up from the key to the server's answer, and says what to do."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import Final

from segment_web.commands.arguments import seconds
from segment_web.commands.command import Host, ProjectCommand
from segment_web.commands.doctor.checks import THOROUGH, look
from segment_web.commands.doctor.sending import sends
from segment_web.commands.findings import Finding, error
from segment_web.commands.output import Output
from segment_web.commands.project import NOWHERE, Project, spelled
from segment_web.commands.report import Report
from segment_web.errors import ConfigError
from segment_web.settings import Settings

PATIENCE: Final = 10.0  # seconds; a person is waiting, and a server that needs longer is a finding


def examine(
    settings: Settings, project: Project = NOWHERE, *, probe: bool = True, timeout: float | None = None
) -> Iterator[Finding]:
    """Findings about a client with ``settings`` in ``project``, as they are made.

    ``probe`` sends one real track call to each source, without it the network is left alone; ``timeout`` bounds each look
    at the network in seconds (default: the setting ``request_timeout``, at most 10).
    """
    timeout = min(settings.request_timeout, PATIENCE) if timeout is None else timeout
    yield from look(THOROUGH, settings, project)
    if probe and sends(settings):
        # Imported here: this brings the HTTP library, which the other commands do without.
        from segment_web.commands.doctor.network import ask

        yield from (spelled(finding, project) for finding in ask(settings, timeout=timeout))


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--no-probe", action="store_true", help='leave the network alone; otherwise "segment_web Probe" is sent'
    )
    parser.add_argument("--strict", action="store_true", help="exit with 1 for warnings, too")
    parser.add_argument(
        "--timeout", type=seconds, metavar="SECONDS", help="how long to wait for the network (default 10)"
    )


def run(options: Namespace, host: Host, output: Output) -> Report:
    try:
        settings = host.client().settings
        found = tuple(examine(settings, host.project(), probe=not options.no_probe, timeout=options.timeout))
    except ConfigError as problem:
        cure = "The README lists every setting."
        found = (error("settings", str(problem), why="Nothing starts with a setting that cannot be read.", cure=cure),)
    report = Report(found, strict=options.strict)
    output.show(report)
    return report


DOCTOR = ProjectCommand("doctor", "examine the set-up: settings, pages, network, write key", add_arguments, run)
