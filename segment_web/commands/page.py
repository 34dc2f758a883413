"""A page of an application, outside of any request: what its snippet comes to."""

from __future__ import annotations

from segment_web.browser.place import Place
from segment_web.client import Analytics
from segment_web.commands.doctor.project import Project


def page_of(client: Analytics, project: Project) -> Place:
    """Where a tag would stand."""
    return Place(client=client, segment=None, nonce=lambda: "", mount=project.mount, debug=False)
