"""Merging of contexts: explicit values win, key by key; objects merge one level deep, everything else is replaced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from segment_web.messages.limits import MESSAGE_BYTES

MAX_KEYS = MESSAGE_BYTES  # a message with more of them is too large anyway; a caller's own mapping may have no end


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """A new dict with ``over`` laid on ``base``; neither is changed."""
    if type(over) is dict and over.keys().isdisjoint(base):
        return {**base, **over}
    merged = dict(base)
    for key, value in _items(over):
        if key in merged and isinstance(below := merged[key], Mapping) and isinstance(value, Mapping):
            value = {**below, **dict(_items(value))}
        merged[key] = value
    return merged


def _items(mapping: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    return mapping.items() if type(mapping) is dict else islice(mapping.items(), MAX_KEYS)
