"""The checks that ask the network: each host is connected to, and each source is sent a probe; several at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from segment_web.commands.doctor.at_once import each
from segment_web.commands.doctor.clock import clock
from segment_web.commands.doctor.probe import probe
from segment_web.commands.doctor.reach import reach
from segment_web.commands.doctor.sending import readable
from segment_web.commands.findings import Finding, Level, error
from segment_web.errors import ConfigError
from segment_web.net.connections import check_ca_file, read_proxy
from segment_web.settings import Settings


def ask(settings: Settings, *, timeout: float) -> Iterator[Finding]:
    """Findings about the way to every source whose key is there; each look at the network is bounded by ``timeout``."""
    unusable = list(unreadable(settings))
    yield from unusable
    if unusable:
        return
    ways = {alias: settings.source(alias) for alias in settings.aliases}
    sources = {alias: url for alias, (key, url) in ways.items() if key is not None and readable(key)}
    hosts = list(dict.fromkeys(sources.values())) if settings.delivers_over_http else []
    down = set()
    for host, findings in zip(hosts, each(partial(greet, settings, timeout), hosts), strict=True):
        yield from (about(finding, settings, host) for finding in findings)
        if findings[0].level is Level.ERROR:
            down.add(host)
    reached = [alias for alias, host in sources.items() if host not in down]
    for alias, finding in zip(reached, each(partial(probe, settings, timeout=timeout), reached), strict=True):
        yield about(finding, settings, sources[alias])


def unreadable(settings: Settings) -> Iterator[Finding]:
    """What every connection needs and cannot use."""
    checks: Mapping[str, Callable[[str | None], object]] = {"ca_file": check_ca_file, "proxy": read_proxy}
    for name, check in checks.items():
        try:
            check(getattr(settings, name))
        except ConfigError as problem:
            yield error(
                f"{name}.unusable", f"{problem}.", why="No event leaves.", cure=f"Mend {{{name}}}, or leave it out."
            )


def greet(settings: Settings, timeout: float, host: str) -> list[Finding]:
    """Whether a host is there, and what time it is there."""
    found = reach(settings, host, timeout=timeout)
    return [found] if found.level is Level.ERROR else [found, *clock(settings, host, timeout=timeout)]


def about(finding: Finding, settings: Settings, host: str) -> Finding:
    """A cure names the setting that has this host."""
    if host == settings.base_url:
        return finding
    return replace(finding, cure=finding.cure.replace("{host}", "the host in {sources}"))
