"""What keeps the anonymous id from doing its work: a cookie that browsers refuse, hide or do not send."""

from __future__ import annotations

from collections.abc import Iterator

from segment_web.commands.findings import Finding, warning
from segment_web.commands.project import Project
from segment_web.settings import Settings
from segment_web.web.cookies.domains import covers, fault

NEW_USERS = "Browsers keep no such cookie, and each event of a visitor is a new user."


def hidden(settings: Settings, project: Project) -> Iterator[Finding]:
    """HttpOnly."""
    if settings.cookie.httponly:
        yield warning(
            "cookie.httponly",
            '{cookie}["httponly"] hides the anonymous id from scripts.',
            why="analytics.js does not find it and makes another one: one visitor is two users.",
            cure="Leave httponly out, unless no page loads analytics.js.",
        )


def domain(settings: Settings, project: Project) -> Iterator[Finding]:
    """A domain that browsers refuse, or that is not this project's."""
    name = settings.cookie.domain
    if name is None:
        return
    why = fault(name)
    if not why and project.hosts and not any(covers(name, host) for host in project.hosts):
        why = f"is the domain of none of {project.hosts_setting}"
    if why:
        yield warning(
            "cookie.domain",
            f"The domain {name!r} in {{cookie}} {why}.",
            why=NEW_USERS,
            cure="Name the domain that your hosts share, such as 'shop.example', or leave it out for a single host.",
        )


def secure(settings: Settings, project: Project) -> Iterator[Finding]:
    """Secure, where pages come by plain http."""
    if settings.cookie.secure and not project.says_https:
        yield warning(
            "cookie.secure",
            f'{{cookie}}["secure"] is on, and nothing ({project.https_setting}) says that pages come by https.',
            why=f"By plain http: {NEW_USERS[0].lower()}{NEW_USERS[1:]}",
            cure="Leave secure out: the cookie is Secure on each page that comes by https. Where all pages do, say so in "
            f"{project.https_setting}.",
        )


def strict(settings: Settings, project: Project) -> Iterator[Finding]:
    """SameSite=Strict."""
    if settings.cookie.samesite == "Strict":
        yield warning(
            "cookie.strict",
            '{cookie}["samesite"] is "Strict".',
            why="Visitors who follow a link from elsewhere come without their anonymous id: each campaign brings new users.",
            cure='Use "Lax", the default.',
        )


def off(settings: Settings, project: Project) -> Iterator[Finding]:
    """No cookie at all."""
    if settings.cookie.mode == "off":
        yield warning(
            "cookie.off",
            '{cookie}["mode"] is "off".',
            why="Events of visitors who are not logged in are dropped.",
            cure='Use "issue", the default.',
        )


def visit(settings: Settings, project: Project) -> Iterator[Finding]:
    """A visit that has no cookie to be kept in."""
    if settings.visit is not None and settings.cookie.mode != "issue":
        yield warning(
            "visit.unkept",
            f'{{visit}} is set, and {{cookie}}["mode"] is {settings.cookie.mode!r}.',
            why="No cookie is set, so no visit is kept.",
            cure='Use the mode "issue", or leave {visit} out.',
        )
