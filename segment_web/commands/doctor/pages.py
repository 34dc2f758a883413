"""Whether pages can load analytics.js: the tag in the templates, the proxy's address, and the project's own policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from segment_web.browser.destination import Destination, destination
from segment_web.browser.policy import NONCE, needs, refused, written
from segment_web.client import Analytics
from segment_web.commands.findings import Finding, ok, warning
from segment_web.commands.page import page_of
from segment_web.commands.project import Project
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
    missing: dict[str, list[str]] = {}
    for name, value in refused(header, needed, own=project.hosts):
        missing.setdefault(name, []).append(value)
    for name, values in missing.items():
        yield stopped(name, " ".join(dict.fromkeys(values)), f"The snippet needs: {written(needed)}.", project)
    if not missing:
        yield ok("csp", "the project's Content-Security-Policy lets the snippet work")


def stopped(name: str, values: str, needed: str, project: Project) -> Finding:
    """A directive that does not have the values that it needs."""
    if values == NONCE:
        what = "the snippet"
        cure = f"Let {name} have a nonce ({project.policy_setting}): the tag finds it."
    else:
        what = "analytics.js from loading its settings and sending events"
        cure = f"Add {values} to {name} in {project.policy_setting}."
    return warning(
        f"csp.{name.replace('-', '_')}",
        f"The project's Content-Security-Policy stops {what}: {name} has no {values}.",
        why="The browser says so in its console alone, and sends nothing.",
        cure=f"{cure} {needed}",
    )


def tagged(folders: Iterable[Path]) -> str | None:
    """The first template with the tag, as its folder knows it."""
    for folder in folders:
        for path in islice(folder.rglob("*"), MOST_FILES):
            if path.suffix in SUFFIXES and path.is_file() and has_tag(path):  # a pipe would be waited for
                return str(path.relative_to(folder))
    return None


def has_tag(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return TAG in file.read(MOST_BYTES)
    except OSError:
        return False
