"""Compares what a test expects with what was sent: as JSON, by subset, naming each difference by its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import orjson

from segment_web.pipeline.sanitise import Encoder
from segment_web.testing.recorder import CapturedMessage


class Absent:
    """Stands for a key that was not sent."""

    def __repr__(self) -> str:
        return "nothing"


ABSENT: Final = Absent()


class Difference(NamedTuple):
    """``path`` is dotted, with list positions in brackets; ``sent`` is ABSENT where there is no such key."""

    path: str
    expected: object
    sent: object


def matches(wanted: Mapping[str, Any], sent: Sequence[CapturedMessage]) -> list[CapturedMessage]:
    """Those of ``sent`` that hold everything in ``wanted``."""
    return [candidate for candidate in sent if next(differences(wanted, candidate), None) is None]


def differences(wanted: Mapping[str, Any], candidate: CapturedMessage) -> Iterator[Difference]:
    """Where ``candidate`` is not as ``wanted`` says."""
    return _differ(wanted, candidate.message, candidate.encoder, "")


def _differ(expected: object, sent: object, encoder: Encoder, path: str) -> Iterator[Difference]:
    if isinstance(expected, Mapping) and isinstance(sent, dict):
        for name, value in expected.items():
            key = _key(name, encoder)
            yield from _differ(value, sent.get(key, ABSENT), encoder, f"{path}.{key}" if path else key)
    elif isinstance(expected, list | tuple) and isinstance(sent, list) and len(expected) == len(sent):
        for position, (value, item) in enumerate(zip(expected, sent, strict=True)):
            yield from _differ(value, item, encoder, f"{path}[{position}]")
    elif sent is ABSENT or not _same(expected, sent, encoder):
        yield Difference(path, expected, sent)


def _same(expected: object, sent: object, encoder: Encoder) -> bool:
    body, marked = encoder.encode(expected)
    if marked:
        return bool(expected == sent)  # no JSON has it: ANY, approx, or an object of the test's own
    plain = orjson.loads(body)
    return bool(plain == sent) and isinstance(plain, bool) == isinstance(sent, bool)  # 1 == True, but not in JSON


def _key(name: object, encoder: Encoder) -> str:
    return name if type(name) is str else next(iter(orjson.loads(encoder.encode({name: None}).body)))
