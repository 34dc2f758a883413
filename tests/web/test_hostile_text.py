"""Whatever bytes a client sends, the functions that read them answer and stay within their bounds."""

from __future__ import annotations

import random
import string
from collections.abc import Callable

import pytest

from segment_web.web.context.addresses import client_address, masked, trusted_proxies
from segment_web.web.context.bots import is_bot
from segment_web.web.context.campaign import MAX_KEYS, MAX_VALUE, ad_network, campaign
from segment_web.web.context.client_hints import user_agent_data
from segment_web.web.context.locales import MAX_TAG, locale
from segment_web.web.context.pages import host, page
from segment_web.web.context.redaction import DEFAULT_PARAMETERS, redact_query
from segment_web.web.cookies.ajs import MAX_ID, USER_ID, read, write

COUNTED, WALKED = trusted_proxies(2), trusted_proxies(["10.0.0.0/8", "::/0"])
CHARACTERS = (
    *string.printable,
    *("\x00", "\x1b", "\x7f", "\x85", "\xa0", "é", "\u017f", "İ", "\u0663", "\u2028", "\ud800", "\udfff", "🍊"),
    *("%", "%2", "%40", "%FF", "%25", "%22", "%0A", "&", "=", ";", ",", "?", "@", '"', "\\", "[", "]", "::", "://"),
    *("utm_", "utm_source=", "btid=", "token=", "ajs_user_id=", ";q=", ";v=", "10.0.0.1", "::ffff:", "bot", "en-us"),
)

Reader = Callable[[str, str], object]
READERS: dict[str, Reader] = {
    "client_address": lambda a, b: client_address(a, b, COUNTED) + client_address("10.0.0.1", a, WALKED),
    "masked": lambda a, b: masked(a, "mask") + masked(a, b),
    "is_bot": lambda a, b: is_bot(a),
    "campaign": lambda a, b: campaign(f"utm_{a}", click_ids=True) | campaign(a),
    "ad_network": lambda a, b: ad_network(f"btid={a}") | ad_network(a),
    "user_agent_data": lambda a, b: user_agent_data(lambda name: a if name == "Sec-CH-UA" else b),
    "read": lambda a, b: read(f"{USER_ID}={a}", USER_ID) + read(a, b),
    "write": lambda a, b: write(a),
    "locale": lambda a, b: locale(a, b),
    "host": lambda a, b: host(f"http://{a}") + host(a),
    "page": lambda a, b: page(f"http://{a}", b, DEFAULT_PARAMETERS) | page(a, b, [a[:9]]),
    "redact_query": lambda a, b: redact_query(a, DEFAULT_PARAMETERS),
}


def hostile(dice: random.Random) -> str:
    return "".join(dice.choices(CHARACTERS, k=dice.choice((0, 1, 3, 10, 40))))


@pytest.mark.parametrize("name", READERS)
def test_no_text_makes_a_reader_raise(name: str) -> None:
    dice, reader = random.Random(name), READERS[name]
    for _ in range(5_000):
        reader(hostile(dice), hostile(dice))


@pytest.mark.parametrize("name", READERS)
def test_no_length_makes_a_reader_raise(name: str) -> None:
    for piece in ("a", "%", "&", ";", ",", '"', "\\", "1.", ":", "[", "utm_a&", "10.0.0.1,", f"{USER_ID}=", "\ud800"):
        READERS[name](piece * (100_000 // len(piece)), piece)


def test_what_is_read_stays_within_its_bounds() -> None:
    dice = random.Random(16)
    for _ in range(5_000):
        text = hostile(dice) * 9
        found = campaign(f"utm_{text}&utm_x={text}")
        assert len(found) <= MAX_KEYS
        assert all(len(value) <= MAX_VALUE for value in found.values())
        identifier = read(f"{USER_ID}={text}", USER_ID)
        assert len(identifier) <= MAX_ID
        assert identifier == "" or identifier.isprintable()
        assert len(locale(text, text)) <= MAX_TAG
