"""Whether users have the attributes that the settings name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from segment_web.commands.findings import Finding, warning
from segment_web.commands.project import Project
from segment_web.settings import Settings

WHY: Final = {
    "user_id": "Events of logged-in users have no user id.",
    "user_traits": "The trait is never sent.",
    "group": "Events have no group.",
}


def attributes(settings: Settings, project: Project) -> Iterator[Finding]:
    """Look for the attributes in the class of the users, where the framework knows it."""
    for setting, path in named(settings):
        if (missing := project.missing(path)) is not None:
            yield warning(
                f"{setting}.unknown",
                f"{{{setting}}} names {path!r}, but {missing.owner} has no attribute {missing.name!r}.",
                why=WHY[setting],
                cure=f"Write the name of an attribute of {missing.owner}, or a callable.",
            )


def named(settings: Settings) -> Iterator[tuple[str, str]]:
    """Each attribute that a setting names, by the setting."""
    if isinstance(settings.user_id, str):
        yield "user_id", settings.user_id
    if isinstance(settings.user_traits, tuple):
        yield from (("user_traits", name) for name in settings.user_traits)
    if isinstance(settings.group, str):
        yield "group", settings.group
