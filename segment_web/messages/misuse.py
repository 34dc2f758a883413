"""Errors for calls with arguments that the call does not have: they name the call and the cure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from segment_web.messages.message import CallOptions, SharedOptions

_SHARED = frozenset(SharedOptions.__optional_keys__)
_ALL = frozenset(CallOptions.__optional_keys__)

# The options that each call passes on to its message.
OPTIONS: Mapping[str, frozenset[str]] = {
    "track": _ALL,
    "identify": _SHARED,
    "page": _ALL,
    "screen": _ALL,
    "group": _ALL,
    "alias": _SHARED,
}

# The form in which a call takes an application's own data.
_DATA = {
    "track": "track(event, {{{name!r}: ...}})",
    "identify": "identify(user_id, {{{name!r}: ...}})",
    "page": "page(name, {{{name!r}: ...}})",
    "screen": "screen(name, {{{name!r}: ...}})",
    "group": "group(group_id, {{{name!r}: ...}})",
}


def unknown_option(call: str, given: Iterable[str]) -> TypeError:
    """Return the error for the first of the ``given`` options that ``call`` does not have."""
    from difflib import get_close_matches  # takes 5 ms to import

    name = next(name for name in given if name not in OPTIONS[call])
    near = get_close_matches(name, OPTIONS[call], 1)
    cures = [f"write {near[0]}=..."] if near else []
    if call in _DATA:
        cures.append("put data of your own into the dict: " + _DATA[call].format(name=name))
    cure = ", or ".join(cures) or f"its options are {', '.join(sorted(OPTIONS[call]))}"
    return TypeError(f"{call}() has no option {name!r}; {cure}.")


def swapped_ids() -> TypeError:
    """Return the error for an alias with two positional ids."""
    return TypeError(
        "alias() takes the new id alone by position, because other libraries take the old id first; "
        "write alias(new_id, previous_id=old_id)."
    )
