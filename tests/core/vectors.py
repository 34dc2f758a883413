"""The vectors of Segment's facts, copied into tests/data, and how a case is said and compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from segment_web import Analytics
from segment_web.messages.receipt import Receipt
from segment_web.scopes.current import entered
from segment_web.scopes.scope import Scope
from tests.core.plain_request import Person, PlainRequest, scope_of

DATA = Path(__file__).parent.parent / "data"


def cases(name: str, *categories: str) -> list[Any]:
    found = json.loads((DATA / f"{name}.json").read_text())["cases"]
    return [case for case in found if not categories or case["category"] in categories]


def say(client: Analytics, said: dict[str, Any]) -> Receipt:
    """Makes the call that a case describes, in the request it describes."""
    arguments = {key: unfold(value) for key, value in said.items() if key not in ("method", "request")}
    method = getattr(client, said["method"])
    missing = {"track": ("event",), "group": ("group_id",)}.get(said["method"], ())
    positional = [arguments.pop(name, None) for name in missing]
    with entered(request_scope(said["request"]) if "request" in said else Scope()):
        receipt: Receipt = method(*positional, **arguments)
        return receipt


def unfold(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {"repeat", "times"}:
            return value["repeat"] * value["times"]
        return {key: unfold(item) for key, item in value.items()}
    return value


def request_scope(said: dict[str, Any]) -> Scope:
    headers = {"User-Agent": "Mozilla/5.0 Firefox/130.0", **said.get("headers", {})}
    if "referrer" in said:
        headers["Referer"] = said["referrer"]
    return scope_of(
        PlainRequest(
            url=said["url"],
            headers=headers,
            peer=said.get("remote_addr", ""),
            cookies="; ".join(f"{name}={value}" for name, value in said.get("cookies", {}).items()),
            person=Person(said["user_id"]) if "user_id" in said else None,
        )
    )


def is_subset(expected: Any, actual: Any) -> bool:
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(
            key in actual and is_subset(expected[key], actual[key]) for key in expected
        )
    return bool(expected == actual)


def has(message: dict[str, Any], path: str) -> bool:
    found: Any = message
    for key in path.split("."):
        if not isinstance(found, dict) or key not in found:
            return False
        found = found[key]
    return True
