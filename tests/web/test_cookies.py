"""The cookies of analytics.js: what it writes is read, and what is written it would write."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segment_web.web.cookies.ajs import (
    ANONYMOUS_ID,
    GROUP_ID,
    MAX_ID,
    USER_ID,
    is_doubled,
    is_id,
    read,
    read_all,
    write,
)

UUID = "39ee7ea5-b6d8-4174-b612-04e1ef3fa952"
# What analytics.js 1.84 makes of an id, as tests/browser/test_cookie_forms.py sees it do in a browser.
WRITTEN = {
    "13e02579-e2d9-4c7b-9d3a-111111111111": "13e02579-e2d9-4c7b-9d3a-111111111111",
    "user-42": "user-42",
    "a@b.co": "a@b.co",
    "a+b": "a+b",
    "12345": "12345",
    "12 345": "12%20345",
    "Zoë;x": "Zo%C3%AB%3Bx",
    "a%2Fb": "a%252Fb",
    'say "hi"': "say%20%22hi%22",
    '{"a":1}': "{%22a%22:1}",
    "acme inc": "acme%20inc",
}
ids = st.text(min_size=1, max_size=MAX_ID).filter(lambda text: text.isprintable() and text == text.strip())


@pytest.mark.parametrize(("value", "text"), WRITTEN.items())
def test_values_are_written_as_analytics_js_writes_them_and_read_back(value: str, text: str) -> None:
    assert write(value) == text
    assert read(f"a=1; {GROUP_ID}={text}; b=2", GROUP_ID) == value


@pytest.mark.parametrize("text", [UUID, f"%22{UUID}%22", f"%22{UUID}", f"{UUID}%22", f'"{UUID}"', f"  {UUID} "])
def test_raw_json_and_half_quoted_cookies_hold_the_same_id(text: str) -> None:
    assert read(f"{ANONYMOUS_ID}={text}", ANONYMOUS_ID) == UUID


@pytest.mark.parametrize(
    "text",
    [
        *("", "%22%22", "%22", "%20", "a" * 5_000, "a" * (MAX_ID + 1)),
        *("a%0Ab", "a%00", "a\x7fb", "%22\\u0000%22", "a%E2%80%8Bb"),
        *("%FF%FE", "%ED%A0%80", "%22\\ud800%22", "a\ud800"),
    ],
)
def test_what_is_no_id_counts_as_absent(text: str) -> None:
    assert read(f"{USER_ID}={text}", USER_ID) == ""


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("ajs_user_id=first; ajs_user_id=second", "first"),
        ("not_ajs_user_id=other; ajs_user_id=own", "own"),
        ("ajs_user_id_old=other;ajs_user_id=own", "own"),
        ("note=see ajs_user_id=forged; ajs_user_id=own", "own"),
        ("a=1;\t ajs_user_id=own", "own"),
        ("a=ajs_user_id=forged", ""),
        ("ajs_user_id", ""),
        ("ajs_user_id=; ajs_user_id=second", ""),
        ("AJS_USER_ID=other", ""),
        ("", ""),
    ],
)
def test_the_first_cookie_of_exactly_this_name_counts(header: str, value: str) -> None:
    assert read(header, USER_ID) == value


@pytest.mark.parametrize(("text", "value"), [("a%2520b", "a%20b"), ("a%22b", 'a"b'), ("50%", "50%"), ("1e3", "1e3")])
def test_the_value_is_decoded_once_and_numbers_stay_text(text: str, value: str) -> None:
    assert read(f"{USER_ID}={text}", USER_ID) == value


@given(ids.filter(lambda text: text.count('"') != 1 and not (text[0] == text[-1] == '"')))
def test_every_printable_id_survives_the_journey(value: str) -> None:
    assert read(f"x=y; {USER_ID}={write(value)}", USER_ID) == value


@given(ids)
def test_every_id_of_an_older_version_survives_the_journey(value: str) -> None:
    assert read(f"{USER_ID}={quote(json.dumps(value, ensure_ascii=False))}", USER_ID) == value


@given(st.text())
def test_what_is_written_ends_no_cookie_and_no_header(value: str) -> None:
    written = write(value)
    assert written.isascii()
    assert not set(written) & set(' ;,"\\\r\n\t\x00')


@pytest.mark.parametrize(
    ("header", "ids", "doubled"),
    [
        ("", set(), False),
        (f"{USER_ID}=a", set(), False),
        (f"{ANONYMOUS_ID}=a", {"a"}, False),
        (f"my_{ANONYMOUS_ID}=a; {ANONYMOUS_ID}=b", {"b"}, False),
        (f"{ANONYMOUS_ID}=a; {ANONYMOUS_ID}=%22a%22", {"a"}, True),
        (f"{ANONYMOUS_ID}=a; x=1;{ANONYMOUS_ID}=b", {"a", "b"}, True),
        (f"{ANONYMOUS_ID}=; {ANONYMOUS_ID}=b", {"b"}, True),
    ],
)
def test_all_cookies_of_a_name_are_found(header: str, ids: set[str], doubled: bool) -> None:
    assert (read_all(header, ANONYMOUS_ID), is_doubled(header, ANONYMOUS_ID)) == (ids, doubled)


@given(st.text(max_size=MAX_ID + 2))
def test_an_id_is_what_would_be_read_back(text: str) -> None:
    assert is_id(text) is (read(f"{GROUP_ID}={write(text)}", GROUP_ID) == text != "")
