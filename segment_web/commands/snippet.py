"""``snippet``: what the tag puts into pages with the settings as they are, and the policy that it needs."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from segment_web.browser.destination import NO_KEY, destination
from segment_web.browser.policy import needs, written
from segment_web.browser.snippet import snippet
from segment_web.client import Analytics
from segment_web.commands.command import Host, ProjectCommand
from segment_web.commands.output import Output, Style
from segment_web.commands.page import page_of
from segment_web.commands.project import Project
from segment_web.messages import reasons
from segment_web.messages.reasons import Drop


@dataclass(frozen=True, slots=True)
class Rendered:
    """The tag of a page without consent, visitor or nonce; ``reason`` says why there is none."""

    snippet: str
    reason: str
    policy: Mapping[str, tuple[str, ...]]

    @property
    def exit_code(self) -> int:
        """1 when pages get nothing."""
        return int(not self.snippet)

    def lines(self, output: Output) -> Iterable[str]:
        """The tag as it is, and the header."""
        if not self.snippet:
            yield f"Pages get no snippet: {self.reason}."
            return
        yield self.snippet
        yield ""
        yield output.styled("The Content-Security-Policy of such a page, if it has one, needs at least:", Style.FAINT)
        yield written(self.policy)

    def as_json(self) -> Mapping[str, Any]:
        """``{"snippet", "reason", "policy": {"script-src": [...], "connect-src": [...]}, "header"}``."""
        return {
            "snippet": self.snippet,
            "reason": self.reason,
            "policy": self.policy,
            "header": written(self.policy),
        }


def add_arguments(parser: ArgumentParser) -> None:
    pass


def run(options: Namespace, host: Host, output: Output) -> Rendered:
    rendered = render(host.client(), host.project())
    output.show(rendered)
    return rendered


def render(client: Analytics, project: Project) -> Rendered:
    """The tag on a page of the project."""
    page = page_of(client, project)
    found = destination(page) if client.silence is None else silent(client.silence)
    if isinstance(found, str):
        return Rendered("", found, {})
    return Rendered(snippet(page), "", needs(client.settings, found))


def silent(why: Drop) -> str:
    """Why pages of a client that records nothing get none; without a key another delivery would not help them."""
    return NO_KEY if why is reasons.NO_KEY else why.detail


SNIPPET = ProjectCommand("snippet", "print the snippet that pages get, and the policy it needs", add_arguments, run)
