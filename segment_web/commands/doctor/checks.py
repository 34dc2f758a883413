"""Every check that only reads: the list, in the order of the report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from segment_web.commands.doctor import consent, cookies, pages, sending, serving, users
from segment_web.commands.findings import Finding, warning
from segment_web.commands.project import Project, spelled
from segment_web.settings import Settings

Check = Callable[[Settings, Project], Iterator[Finding]]

# A check is added here. These cost next to nothing: Django runs them whenever it starts.
QUICK: Final[Sequence[Check]] = (
    sending.write_keys,
    sending.destination,
    sending.delivery,
    sending.enabled,
    sending.bots,
    cookies.hidden,
    cookies.domain,
    cookies.secure,
    cookies.strict,
    cookies.off,
    cookies.visit,
    consent.cookie,
    users.attributes,
    serving.trusted_proxies,
    serving.uwsgi_options,
    lambda settings, project: iter(project.findings()),
)
# These read the templates and ask the framework for a page's headers.
THOROUGH: Final[Sequence[Check]] = (*QUICK, pages.snippet)


def look(checks: Sequence[Check], settings: Settings, project: Project) -> Iterator[Finding]:
    """What the checks find; one that fails over something nobody has thought of keeps no other from looking."""
    for check in checks:
        try:
            yield from (spelled(finding, project) for finding in check(settings, project))
        except Exception as problem:  # noqa: BLE001 - other people's settings, middleware and folders
            name = getattr(check, "__name__", "a check")
            yield warning(
                "doctor.failed",
                f"The look at {name} failed ({type(problem).__name__}).",
                why="What it would have said is not known.",
                cure="Look whether the application starts as it is; if it does, please report this.",
            )
