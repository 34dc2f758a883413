"""The sentence for a value that a rule refuses: the condition, the kind of the value, and never the value itself."""

from __future__ import annotations

from collections.abc import Mapping

from segment_web.messages.discards import Rule
from segment_web.messages.reasons import DropReason

_DATA = {"identify": "traits", "group": "traits"}  # the parameter for a call's own data; else ``properties``
_PLAIN = (bool, float, bytes, bytearray, list, tuple, set, frozenset)


def refusal(call: str, rule: Rule, value: object) -> str:
    """Return the sentence; if the value fits another parameter, or has an id of its own, with that cure."""
    is_of_right_kind = rule.code is DropReason.MESSAGE_ID_TOO_LONG
    if value is None or is_of_right_kind or (type(value) is str and not value):
        return rule.demand
    return f"{rule.demand}, not {type(value).__name__}{_cure(call, rule, value)}"


def _cure(call: str, rule: Rule, value: object) -> str:
    kind = type(value)  # asked instead of the value, because isinstance() would evaluate a lazy object
    if issubclass(kind, Mapping):
        name = _DATA.get(call, "properties")
        return f"; pass the dict as {call}(..., {name}=...)" if call != "alias" and rule.attribute != name else ""
    if rule.code is DropReason.ID_NOT_STRING and not issubclass(kind, _PLAIN):
        return "; pass the id of the object, such as its .pk"
    return ""
