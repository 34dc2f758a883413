"""What stands in front of the application: proxies that hide the visitor, and servers that let no thread run."""

from __future__ import annotations

from collections.abc import Iterator

from segment_web.commands.findings import Finding, warning
from segment_web.commands.project import Project
from segment_web.process import uwsgi
from segment_web.settings import Settings


def trusted_proxies(settings: Settings, project: Project) -> Iterator[Finding]:
    """A proxy that is believed about the scheme and not about the address."""
    if project.proxy_setting and not settings.trusted_proxies and settings.ip != "none":
        yield warning(
            "trusted_proxies.unset",
            f"{project.proxy_setting} says that a proxy is in front, and {{trusted_proxies}} is not set.",
            why="context.ip is the proxy's for every visitor: no location, and one rate limit for all browsers.",
            cure="Set {trusted_proxies} to the number of proxies (1) or their networks (['10.0.0.0/8']), unless "
            "something else sets REMOTE_ADDR.",
        )


def uwsgi_options(settings: Settings, project: Project) -> Iterator[Finding]:
    """The options of the running uWSGI that lose messages; only an application inside of it can read them."""
    for fault in uwsgi.faults():
        why = f"{fault.consequence[0].upper()}{fault.consequence[1:]}."
        yield warning("uwsgi.option", f"uWSGI runs {fault.text}.", why=why, cure=fault.cure)
