"""Tells Django's signals what became of messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.dispatch import Signal

from segment_web.django import signals
from segment_web.messages.announcer import Announcer


class DjangoSignalObserver(Announcer):
    """A receiver that raises is logged by Django and breaks nothing."""

    def __init__(self) -> None:
        super().__init__(signals, _send)


def _send(name: str, facts: Mapping[str, Any]) -> None:
    signal: Signal = getattr(signals, name)
    signal.send_robust(sender=None, **facts)
