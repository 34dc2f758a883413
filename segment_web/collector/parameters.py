"""The parameters of the page's requests, read within limits."""

from __future__ import annotations

from flask import abort, jsonify, request

from segment_web.collector.numbers import whole_number

DEFAULT_ROWS = 100
MOST_ROWS = 1_000
"""Rows of one answer; a page that needs more asks again with ``before``."""

MOST_SEARCH = 500
"""Characters of a text to search for."""


def number(name: str) -> int | None:
    """Return a parameter of the present request as a number, None if it is absent or not a whole number."""
    return whole_number(request.args.get(name, ""))


def rows() -> int:
    """Return the number of rows that the present request asks for."""
    wanted = number("limit")
    return DEFAULT_ROWS if wanted is None else max(1, min(wanted, MOST_ROWS))


def search() -> str:
    """Return the text to search for; answer 400 if it is too long."""
    text = request.args.get("search", "")
    if len(text) > MOST_SEARCH:
        response = jsonify(
            success=False, message=f"search has {len(text)} characters; at most {MOST_SEARCH} are allowed"
        )
        response.status_code = 400
        abort(response)
    return text
