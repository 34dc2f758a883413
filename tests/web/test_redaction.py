"""Secrets, e-mail addresses and passwords leave a URL; nothing else in it changes."""

from __future__ import annotations

import time
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segment_web.web.context.redaction import DEFAULT_PARAMETERS, REDACTED, redact_query, redact_url

NAMES = ["token", "Password", "api_key", "SIG", "q", "page", "keyword", "tokens", "über"]


def redacted(url: str) -> str:
    return redact_url(url, DEFAULT_PARAMETERS)


@pytest.mark.parametrize("name", sorted(DEFAULT_PARAMETERS))
def test_the_value_of_each_default_parameter_is_replaced(name: str) -> None:
    assert redacted(f"https://a.example/b?x=1&{name}=s3cret&y=2") == f"https://a.example/b?x=1&{name}=[redacted]&y=2"


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("/a?TOKEN=x", "/a?TOKEN=[redacted]"),
        ("/a?%74oken=x", "/a?%74oken=[redacted]"),
        ("/a?api%5fkey=x", "/a?api%5fkey=[redacted]"),
        ("/a?token=x=y;z?w", "/a?token=[redacted]"),
        ("/a?token=1&token=2", "/a?token=[redacted]&token=[redacted]"),
        ("/a?b=1;token=x", "/a?b=1;token=[redacted]"),
        ("/a#access_token=x&expires=1", "/a#access_token=[redacted]&expires=1"),
        ("/a?b=1#/c?token=x", "/a?b=1#/c?token=[redacted]"),
        ("/login?next=%2Freset%3Ftoken%3Dx&lang=de", "/login?next=%2Freset%3Ftoken%3D[redacted]&lang=de"),
        ("/a?u=%252F%253Fcode%253Dx", "/a?u=%252F%253Fcode%253D[redacted]"),
    ],
)
def test_names_count_in_any_case_encoding_and_depth(url: str, clean: str) -> None:
    assert redacted(url) == clean


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("/a?e=joe@example.com&b=1", "/a?e=[redacted]&b=1"),
        ("/a?e=joe%40example.com", "/a?e=[redacted]"),
        ("/a?e=joe%2Bnews%40mail.example.co.uk", "/a?e=[redacted]"),
        ("/a?e=joe+news@example.com", "/a?e=[redacted]"),
        ("/a?e=o'brien@example.com", "/a?e=[redacted]"),
        ("/a?e=J%C3%B6rg@m%C3%BCller.example", "/a?e=[redacted]"),
        ("/a?to=ann@a.example,bob@b.example", "/a?to=[redacted],[redacted]"),
        ("/a?to=Ann%20%3Cann%40a.example%3E", "/a?to=Ann%20%3C[redacted]%3E"),
        ("/users/joe@example.com/edit", "/users/[redacted]/edit"),
        ("/a?u=%252Fusers%252Fjoe%2540example.com", "/a?u=%252Fusers%252F[redacted]"),
        ("mailto:joe@example.com?subject=x", "mailto:[redacted]?subject=x"),
        ("/a?joe@example.com", "/a?[redacted]"),
        ("/a#joe@example.com", "/a#[redacted]"),
    ],
)
def test_email_addresses_are_replaced_in_path_query_and_fragment(url: str, clean: str) -> None:
    assert redacted(url) == clean


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://joe:secret@a.example/b", "https://a.example/b"),
        ("https://joe@a.example:8000", "https://a.example:8000"),
        ("ftp://joe:p@ss@a.example/", "ftp://a.example/"),
        ("https://joe%40corp.example:p@a.example?x", "https://a.example?x"),
    ],
)
def test_user_name_and_password_are_removed(url: str, clean: str) -> None:
    assert redacted(url) == clean


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "?",
            "https://a.example/b?c=d&e=%2f%2F+x&&=&f#g",
            "https://a.example/?u=https%3A%2F%2Fb.example%2F%3Fq%3D1",
        ),
        *("/a?keyword=x&tokens=y&x_token_id=z", "/a?token=&code", "/code=1/state=2", "/a?b=%zz%", "/ä?ö=\ud800"),
        *("/@joe/post", "/@joe.example", "/maps/@52.5,13.4,15z", "/npm/lodash@4.17.21/x", "/a?b=%40joe", "/a?b=2%4050"),
        "/a?b=joe@localhost",
    ],
)
def test_everything_else_stays_byte_for_byte(url: str) -> None:
    assert redacted(url) == url


def test_the_names_are_the_callers() -> None:
    assert redact_url("/a?token=1&Card No=2&card%20no=3", ["card no"]) == (
        "/a?token=1&Card No=[redacted]&card%20no=[redacted]"
    )
    assert redact_url("/a?token=1", ()) == redact_url("/a?token=1", [""]) == "/a?token=1"


def test_a_query_is_redacted_with_and_without_its_mark() -> None:
    assert redact_query("token=1&a=2", DEFAULT_PARAMETERS) == "token=[redacted]&a=2"
    assert redact_query("?token=1&a=2", DEFAULT_PARAMETERS) == "?token=[redacted]&a=2"


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.text(alphabet="aZ9 é%+'/.\U0001f34a", min_size=1, max_size=20))))
def test_a_parser_sees_the_same_pairs_without_the_secrets(pairs: list[tuple[str, str]]) -> None:
    clean = [(name, REDACTED if name.lower() in DEFAULT_PARAMETERS else value) for name, value in pairs]
    query = redact_query(urlencode(pairs), DEFAULT_PARAMETERS)
    assert parse_qsl(query, keep_blank_values=True) == clean


@given(st.text(alphabet="ab.@%4025?&;#=/:token\u0130", max_size=60))
def test_redacting_twice_changes_nothing_more(url: str) -> None:
    assert redacted(redacted(url)) == redacted(url)


@pytest.mark.parametrize(
    "piece", ["a", "a.", "%40", "%25", "%2525", "?a%40", "?token", "&token=a", "//a@", "@a.", " ", "/", "%3Ftoken%3D"]
)
def test_a_hundred_kilobytes_take_no_more_than_linear_time(piece: str) -> None:
    url = piece * (100_000 // len(piece)) + "@"
    start = time.process_time()
    redacted(url)
    redacted("https://a.example/?" + url)
    assert time.process_time() - start < 2.0, "a quadratic pattern takes minutes here, a linear one 0.1 s"
