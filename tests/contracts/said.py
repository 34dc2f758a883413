"""What an application under test has said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from segment_web.collector import CollectorServer
from tests.contracts.app import App

PATIENCE = 5.0  # seconds until what was said has to be delivered


def said(app: App, segment: CollectorServer) -> list[dict[str, Any]]:
    """Its messages so far, in order."""
    assert app.analytics is not None
    assert app.analytics.flush(PATIENCE)
    return segment.messages


def label(message: Mapping[str, Any]) -> str:
    """The event of a track call, else the type."""
    return str(message.get("event", message["type"]))
