"""A page of an application, outside of any request: what its snippet comes to."""

from __future__ import annotations

from segment_web.browser.tag_place import TagPlace
from segment_web.client import Analytics
from segment_web.commands.project import Project


def page_of(client: Analytics, project: Project) -> TagPlace:
    """Where a tag would stand."""
    return TagPlace(client=client, segment=None, nonce=lambda: "", mount=project.mount, debug=False)
