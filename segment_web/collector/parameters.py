"""The parameters of the page's requests, read within limits."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from segment_web.collector.numbers import whole_number
from segment_web.incoming.bodies import RefusedError

DEFAULT_ROWS = 100
MOST_ROWS = 1_000
"""Rows of one answer; a page that needs more asks again with ``before``."""

MOST_SEARCH = 500
"""Characters of a text to search for."""

MOST_PARAMETERS = 1_000
"""Names and values that are read of one query."""

Query = Mapping[str, str]


def query_of(url: str) -> Query:
    """Return the parameters of a URL's query by name; the first of several values counts.

    :class:`RefusedError` with 400 if there are too many.
    """
    try:
        pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError:
        raise RefusedError(400, f"a query may have {MOST_PARAMETERS} parameters at most") from None
    query: dict[str, str] = {}
    for name, value in pairs:
        query.setdefault(name, value)
    return query


def number(query: Query, name: str) -> int | None:
    """Return a parameter as a number, None if it is absent or not a whole number."""
    return whole_number(query.get(name, ""))


def rows(query: Query) -> int:
    """Return the number of rows that a request asks for."""
    wanted = number(query, "limit")
    return DEFAULT_ROWS if wanted is None else max(1, min(wanted, MOST_ROWS))


def search(query: Query) -> str:
    """Return the text to search for; :class:`RefusedError` with 400 if it is too long."""
    text = query.get("search", "")
    if len(text) > MOST_SEARCH:
        raise RefusedError(400, f"search has {len(text)} characters; at most {MOST_SEARCH} are allowed")
    return text
