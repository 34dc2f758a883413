"""JSON inside a script: whatever it holds, it neither ends the script nor changes on the way."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segment_web.browser.script_json import script_json

HOSTILE = [
    *("</script><script>alert(1)</script>", "<!--<script>", "]]>", "&lt;/script&gt;", "&quot;", "\u2028\u2029"),
    *("');alert(1)//", '"+alert(1)+"', "\\u003c/script>", "\x00\x1f\x7f", "\\", "💣é"),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_arrives_as_it_was_and_ends_nothing(text: str) -> None:
    written = script_json({text: [text]})
    assert json.loads(written) == {text: [text]}
    assert not set("<>&\u2028\u2029") & set(written)


@settings(max_examples=30)
@given(st.recursive(st.text() | st.integers() | st.none(), lambda inner: st.dictionaries(st.text(), inner)))
def test_any_text_is_safe(value: object) -> None:
    assert not set("<>&\u2028\u2029") & set(script_json(value))


def test_what_has_no_json_form_is_written_as_in_calls() -> None:
    values = [Decimal("2.50"), datetime(2026, 1, 5, tzinfo=UTC), object(), "\ud800"]
    assert json.loads(script_json(values)) == [2.5, "2026-01-05T00:00:00Z", "[object]", "\ufffd"]
