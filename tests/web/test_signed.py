"""Signed cookies: read only as they were written, for the visitor they were written for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segment_web.web.cookies.signed import FORMAT, LARGEST, _signature, sign, unsign

SECRETS = ("a secret",)
OWNER = "0f1e2d3c"
SIGNED = sign(b"a visit", SECRETS, OWNER)


@given(st.binary(max_size=3_000), st.text())
def test_what_is_signed_is_read_back_and_needs_no_quoting(content: bytes, owner: str) -> None:
    value = sign(content, SECRETS, owner)
    assert unsign(value, SECRETS, owner) == content
    assert set(value) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


@pytest.mark.parametrize("at", range(len(SIGNED)))
def test_no_character_may_be_another(at: int) -> None:
    """The last one of base64 has bits to spare: another spelling of the same signature is refused too."""
    for other in "AbZ9-_.~é":
        if other != SIGNED[at]:
            assert unsign(SIGNED[:at] + other + SIGNED[at + 1 :], SECRETS, OWNER) is None


@pytest.mark.parametrize(
    "junk",
    ["", ".", "..", "v1", "v1.", "v1..", "v2" + SIGNED[2:], SIGNED + "=", "x" * 5_000, SIGNED[:-1], "\ud800", '"'],
)
def test_junk_is_nothing(junk: str) -> None:
    assert unsign(junk, SECRETS, OWNER) is None


def test_a_signature_of_what_is_no_base64_is_nothing() -> None:
    text = f"{FORMAT}.A"
    assert unsign(f"{text}.{_signature(text, SECRETS[0], OWNER)}", SECRETS, OWNER) is None


def test_another_owner_or_another_secret_is_nothing() -> None:
    assert unsign(SIGNED, SECRETS, "another") is None
    assert unsign(SIGNED, ["another"], OWNER) is None
    assert unsign(SIGNED, [], OWNER) is None


def test_an_older_secret_is_read_and_the_first_one_writes() -> None:
    assert unsign(SIGNED, ["new", *SECRETS], OWNER) == b"a visit"
    assert unsign(sign(b"a visit", ["new", *SECRETS], OWNER), SECRETS, OWNER) is None


def test_secrets_may_be_bytes() -> None:
    assert unsign(SIGNED, [b"a secret"], OWNER) == b"a visit"


def test_what_is_larger_than_any_cookie_is_not_looked_at() -> None:
    assert unsign(sign(b"x" * LARGEST, SECRETS, OWNER), SECRETS, OWNER) is None
