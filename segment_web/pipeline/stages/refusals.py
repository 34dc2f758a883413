"""The sentence for a value that a rule refuses: the condition, the kind of the value, and never the value itself."""

from __future__ import annotations

from segment_web.messages.discards import Rule


def refusal(rule: Rule, value: object) -> str:
    """Return the sentence, without the value's kind if there is no value."""
    if value is None or (isinstance(value, str) and str.__len__(value) == 0):
        return rule.demand
    return f"{rule.demand}, not {type(value).__name__}"
