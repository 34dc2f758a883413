"""Whether pages can load analytics.js: the tag in the templates, the proxy's address, and the project's own policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from segment_web.browser.destination import Destination, destination
from segment_web.browser.policy import NONCE, needs, refused, written
from segment_web.client import Analytics
from segment_web.commands.doctor.project import Project
from segment_web.commands.findings import Finding, ok, warning
from segment_web.commands.page import page_of
from segment_web.settings import Settings

TAG: Final = b"segment_snippet"
SUFFIXES: Final = {".html", ".htm", ".xhtml", ".jinja", ".jinja2", ".j2"}
MOST_FILES: Final = 20_000  # of a folder; a larger one is no folder of templates
MOST_BYTES: Final = 262_144  # of a template; the tag stands in its head


def snippet(settings: Settings, project: Project) -> Iterator[Finding]:
    """What a page with the snippet's tag comes to, if any template has it."""
    template = tagged(project.templates())
    if template is None or not settings.snippet.enabled:
        return
    found = destination(page_of(Analytics.from_settings(settings), project))
    if isinstance(found, str):
        if settings.write_key is not None and settings.enabled:  # else it is said already
            yield warning(
                "snippet.nowhere",
                f"{template} has the snippet, which is empty: {found}.",
                why="No page loads analytics.js.",
                cure=f"Mount the proxy: {project.mounting}." if project.mounting else "",
            )
        return
    yield mounted(template, found, settings, project)
    yield from policy(settings, found, project)


def mounted(template: str, found: Destination, settings: Settings, project: Project) -> Finding:
    """By which way analytics.js comes."""
    if found.mount is not None or not settings.snippet.first_party or settings.snippet.cdn is not None:
        return ok("snippet", f"{template} loads analytics.js from {found.mount or found.cdn}")
    return warning(
        "snippet.unmounted",
        f"{template} loads analytics.js from {found.cdn}, because the proxy is not mounted.",
        why="Ad blockers stop it, and what the browser says passes none of the server's rules.",
        cure=f'Mount it: {project.mounting}; or set {{snippet}}["first_party"] to False.',
    )


def policy(settings: Settings, found: Destination, project: Project) -> Iterator[Finding]:
    """What the project's own Content Security Policy stops."""
    header = project.policy()
    if not header:
        return
    needed = needs(settings, found)
    missing = list(refused(header, needed, own=project.hosts))
    for name, value in missing:
        what = "the snippet" if value == NONCE else "analytics.js on its way to its host"
        yield warning(
            f"csp.{name.replace('-', '_')}",
            f"The project's Content-Security-Policy stops {what}: {name} has no {value}.",
            why="The browser reports it in its console, and no event leaves it.",
            cure=f"{nonce_cure(project) if value == NONCE else f'Add {value} to {name} in {project.policy_setting}.'} The "
            f"snippet needs: {written(needed)}.",
        )
    if not missing:
        yield ok("csp", "the project's Content-Security-Policy lets the snippet work")


def nonce_cure(project: Project) -> str:
    return f"Let script-src have a nonce ({project.policy_setting}): the tag finds it."


def tagged(folders: Iterable[Path]) -> str | None:
    """The first template with the tag, as its folder knows it."""
    for folder in folders:
        for path in islice(folder.rglob("*"), MOST_FILES):
            if path.suffix in SUFFIXES and has_tag(path):
                return str(path.relative_to(folder))
    return None


def has_tag(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return TAG in file.read(MOST_BYTES)
    except OSError:
        return False
