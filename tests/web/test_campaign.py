"""Campaigns and ad networks from a query string."""

from __future__ import annotations

from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segment_web.web.context.campaign import CLICK_IDS, MAX_KEY, MAX_KEYS, MAX_VALUE, ad_network, campaign


def test_utm_parameters_have_segments_names() -> None:
    query = "utm_source=s&utm_medium=m&utm_campaign=n&utm_term=t&utm_content=c&utm_id=77&x=1"
    assert campaign(query) == {"source": "s", "medium": "m", "name": "n", "term": "t", "content": "c", "id": "77"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {}),
        ("q=1", {}),
        ("?utm_source=x&z=1", {"source": "x"}),
        ("utm_=x&utm_source", {"source": ""}),
        ("utm_source=a&utm_source=b", {"source": "b"}),
        ("utm_source=a+b%20c%2Bd", {"source": "a b c+d"}),
        ("utm_source=a=b", {"source": "a=b"}),
        ("utm_source=%FFx", {"source": "\ufffdx"}),
        ("utm_source=%", {"source": "%"}),
        ("utm_my%20key=1", {"my key": "1"}),
        ("my_utm_source=1&UTM_SOURCE=2", {}),
        ("q=utm_source=1", {}),
        ("id=5?utm_source=x&utm_medium=email", {"source": "x", "medium": "email"}),
        ("?utm_source=x&utm_medium=social?fbclid=1", {"source": "x", "medium": "social"}),
        ("utm_source=why%3Fnot", {"source": "why?not"}),
    ],
)
def test_keys_begin_with_utm_and_the_last_value_wins(query: str, found: dict[str, str]) -> None:
    assert campaign(query) == found


def test_click_ids_are_taken_on_request_only() -> None:
    query = "&".join(f"{key}=A1" for key in sorted(CLICK_IDS))
    assert campaign(query) == {}
    assert campaign(query, click_ids=True) == dict.fromkeys(CLICK_IDS, "A1")
    assert campaign(f"utm_source=s&{query}") == {"source": "s"}
    assert campaign("utm_medium=social?fbclid=A1", click_ids=True) == {"medium": "social", "fbclid": "A1"}


def test_a_forged_query_fills_a_bounded_object() -> None:
    many = campaign("&".join(f"utm_k{at}={at}" for at in range(1_000)) + "&utm_k0=last")
    assert len(many) == MAX_KEYS
    assert many["k0"] == "last"
    assert campaign(f"utm_{'k' * (MAX_KEY + 1)}=x") == {}
    assert campaign(f"utm_source={'%F0%9F%8D%8A' * 5_000}") == {"source": "🍊" * MAX_VALUE}


@given(st.dictionaries(st.sampled_from(["source", "medium", "term", "content", "id"]), st.text(max_size=50)))
def test_what_a_link_builder_encoded_is_found_again(values: dict[str, str]) -> None:
    query = "&".join(f"utm_{key}={quote_plus(value)}" for key, value in values.items())
    assert campaign(query) == values


def test_half_characters_never_reach_the_message() -> None:
    assert campaign("utm_source=\ud800é")["source"].encode().endswith("é".encode())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("btid=abc", {"id": "abc", "type": "dataxu"}),
        ("?x=1&urid=a%20c", {"id": "a c", "type": "millennial-media"}),
        ("urid=1&btid=2", {"id": "1", "type": "millennial-media"}),
        ("btid=&urid=2", {"id": "2", "type": "millennial-media"}),
        ("xbtid=1&q=urid", {}),
        ("?id=5?btid=abc?x=1", {"id": "abc", "type": "dataxu"}),
        ("", {}),
    ],
)
def test_the_first_ad_network_in_the_query_counts(query: str, found: dict[str, str]) -> None:
    assert ad_network(query) == found
