"""Category preferences: which form they must have to be stamped on a message.

Source of the rules: Segment's consent object.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

MAX_ID = 34  # characters of a category's id; Segment: below 35
MAX_CATEGORIES = 100  # consent platforms have about ten; a visitor may write as many as a cookie has room for


def preferences(answer: object) -> dict[str, bool]:
    """``answer`` as category preferences by Segment's rules; ValueError says what they must be, without their values."""
    if not isinstance(answer, Mapping):
        raise ValueError(f"be True, False or a dict of categories, not {type(answer).__name__}")
    categories = dict(islice(answer.items(), MAX_CATEGORIES + 1))
    if len(categories) > MAX_CATEGORIES:
        raise ValueError(f"have at most {MAX_CATEGORIES} categories")
    if not all(map(_is_category, categories)):
        raise ValueError(f"name its categories by strings of 1 to {MAX_ID} characters that begin with no digit")
    if not all(isinstance(value, bool) for value in categories.values()):
        raise ValueError("have True or False for each category")
    return categories


def _is_category(name: object) -> bool:
    return isinstance(name, str) and 0 < len(name) <= MAX_ID and name.isprintable() and not name[0].isdigit()
