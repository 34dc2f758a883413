"""Small messages and batches for the collector's tests."""

from __future__ import annotations

from typing import Any


def track(message_id: str | None = None, **fields: Any) -> dict[str, Any]:
    """A legal track call; a field of None is left out."""
    message = {"type": "track", "event": "Tested", "userId": "u1", "messageId": message_id, **fields}
    return {name: value for name, value in message.items() if value is not None}


def batch(*items: Any, **fields: Any) -> dict[str, Any]:
    """The body of a batch request."""
    return {"batch": list(items), **fields}
