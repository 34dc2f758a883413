"""Tells blinker's signals what became of messages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from weakref import ref

from flask import Flask

from segment_web.flask import signals
from segment_web.logs import internal_error
from segment_web.messages.announcer import Announcer


class FlaskSignalObserver(Announcer):
    """Sends on behalf of one application, without keeping it alive."""

    def __init__(self, app: Flask) -> None:
        super().__init__(signals, partial(_send, ref(app)))


def _send(find: ref[Flask], name: str, facts: Mapping[str, Any]) -> None:
    """Tells every receiver, also those after one that raises."""
    if (app := find()) is None:
        return
    for receiver in getattr(signals, name).receivers_for(app):
        try:
            receiver(app, **facts)
        except Exception as error:  # noqa: BLE001 - the application's own code
            internal_error(f"a receiver of {name}", error)
