"""``doctor``: examines an application's set-up from the key to the server's answer, and says what to do."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import Final

from segment_web.commands.advice import STAYS_HERE, advise
from segment_web.commands.command import Command, Host
from segment_web.commands.findings import Finding, Level, error
from segment_web.commands.output import Output
from segment_web.commands.report import Report
from segment_web.errors import ConfigError
from segment_web.settings import Settings

PATIENCE: Final = 10.0  # seconds; a person is waiting, and a server that needs longer is a finding


def examine(settings: Settings, *, probe: bool = True, timeout: float | None = None) -> Iterator[Finding]:
    """Findings about a client with ``settings``, as they are made.

    ``probe`` sends one real track call; ``timeout`` bounds each look at the network in seconds (default: the setting
    ``request_timeout``, at most 10).
    """
    timeout = min(settings.request_timeout, PATIENCE) if timeout is None else timeout
    findings = tuple(advise(settings))
    yield from findings
    if settings.delivery in STAYS_HERE or not settings.enabled:
        return
    # Imported here: this brings the HTTP library, which the other commands do without.
    from segment_web.commands.probe import probe as send_probe
    from segment_web.commands.reach import reach

    if settings.delivery == "thread":
        connection = reach(settings, timeout=timeout)
        yield connection
        findings = (*findings, connection)
    if probe and all(finding.level is not Level.ERROR for finding in findings):
        yield send_probe(settings, timeout=timeout)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--no-probe", action="store_true", help='do not send the event "segment_web Probe"')
    parser.add_argument(
        "--timeout", type=float, metavar="SECONDS", help="how long to wait for the network (default 10)"
    )


def run(options: Namespace, host: Host, output: Output) -> Report:
    try:
        settings = host.client().settings
        found = (*examine(settings, probe=not options.no_probe, timeout=options.timeout), *host.findings())
    except ConfigError as problem:
        found = (error("settings", str(problem), "The README lists every setting."),)
    report = Report(found)
    output.show(report)
    return report


DOCTOR = Command("doctor", "examine the set-up: settings, network, write key", add_arguments, run)
