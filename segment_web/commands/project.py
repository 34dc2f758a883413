"""What only its framework knows about a project, handed to the checks as a value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

from segment_web.commands.findings import Finding
from segment_web.settings import NAMES

_SETTING = re.compile(r"\{([a-z_]+)\}")


def nothing() -> tuple[()]:
    """Outside a framework there is nothing of it."""
    return ()


class Missing(NamedTuple):
    """An attribute ``name`` that the class ``owner`` does not have."""

    owner: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """The application around a client. What takes time to find out is a function, asked only when a check needs it.

    Each ``..._setting`` names, for a cure, what of the framework's own says the thing before it.
    """

    spelled: Callable[[str], str] = lambda name: f"SEGMENT_{name.upper()}"
    """How a setting of ours is written here."""

    hosts: tuple[str, ...] = ()
    """The hosts it answers; none: any. A leading dot stands for all below it."""
    hosts_setting: str = ""

    says_https: bool = True
    """Whether anything in it says that its pages come by https."""
    https_setting: str = ""

    proxy_setting: str = ""
    """By which setting it believes a proxy in front about the request, but not about the client's address."""

    mount: Callable[[], str | None] = lambda: None
    """The path of the first-party proxy, None where it is not mounted."""
    mounting: str = ""
    """How it is mounted, as code."""

    policy: Callable[[], str] = lambda: ""
    """The Content-Security-Policy that a page of it gets, with a nonce if a template asks for one."""
    policy_setting: str = ""

    templates: Callable[[], Iterable[Path]] = nothing
    """The folders of its templates."""

    missing: Callable[[str], Missing | None] = lambda path: None
    """The step of a path (``"profile__team_id"``) from the class of the users that does not exist. None if all do, or if
    the class is not known."""

    findings: Callable[[], Iterable[Finding]] = nothing
    """What no other framework has, such as the order of Django's middleware."""

    debug: bool = False
    debug_option: str = ""
    """The option of the command line that switches debug mode on, if there is one."""


NOWHERE: Final = Project()  # a script: settings come from the environment


def spelled(finding: Finding, project: Project) -> Finding:
    """``finding`` with our settings, which checks write as ``{host}``, as this project writes them."""

    def write(text: str) -> str:
        return _SETTING.sub(lambda found: project.spelled(found[1]) if found[1] in NAMES else found[0], text)

    return replace(finding, text=write(finding.text), why=write(finding.why), cure=write(finding.cure))
