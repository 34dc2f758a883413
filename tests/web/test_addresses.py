"""The client's address: whom to believe, how it is written and what is hidden of it."""

from __future__ import annotations

import ipaddress
import random
import socket

import pytest

from segment_web.errors import ConfigError
from segment_web.web.context.addresses import MAX_CHAIN, TrustedProxies, client_address, masked, trusted_proxies

NOBODY = trusted_proxies(())
INSIDE = trusted_proxies(["10.0.0.0/8", "fd00::/8"])


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "proxies", "client"),
    [
        ("203.0.113.7", "1.2.3.4", NOBODY, "203.0.113.7"),
        ("10.0.0.1", "1.2.3.4", NOBODY, "10.0.0.1"),
        ("203.0.113.7", "1.2.3.4", INSIDE, "203.0.113.7"),
        ("10.0.0.1", "", INSIDE, "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7", INSIDE, "203.0.113.7"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.7", INSIDE, "203.0.113.7"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.7,10.9.9.9 , fd00::5", INSIDE, "203.0.113.7"),
        ("::ffff:10.0.0.1", "::ffff:203.0.113.7", INSIDE, "203.0.113.7"),
        ("10.0.0.1", "junk, 203.0.113.7", INSIDE, "203.0.113.7"),
        ("10.0.0.1", "203.0.113.7, junk", INSIDE, "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7, junk, 10.2.2.2", INSIDE, "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7,", INSIDE, "10.0.0.1"),
        ("", "203.0.113.7", INSIDE, ""),
        ("testclient", "203.0.113.7", INSIDE, "testclient"),
    ],
)
def test_the_chain_is_walked_from_the_right_to_the_first_untrusted(
    peer: str, forwarded_for: str, proxies: TrustedProxies, client: str
) -> None:
    assert client_address(peer, forwarded_for, proxies) == client


def test_a_chain_of_trusted_machines_only_begins_with_an_internal_client() -> None:
    assert client_address("10.0.0.1", "10.0.0.3, 10.0.0.2", INSIDE) == "10.0.0.3"


@pytest.mark.parametrize(
    ("peer", "hops", "client"),
    [
        ("10.0.0.1", 0, "10.0.0.1"),
        ("10.0.0.1", 1, "3.3.3.3"),
        ("", 1, "3.3.3.3"),
        ("10.0.0.1", 2, "10.0.0.1"),
        ("10.0.0.1", 3, "1.1.1.1"),
        ("10.0.0.1", 4, "10.0.0.1"),
    ],
)
def test_hops_count_from_the_right_and_a_short_or_unreadable_chain_means_the_peer(
    peer: str, hops: int, client: str
) -> None:
    assert client_address(peer, "1.1.1.1, unknown, 3.3.3.3", trusted_proxies(hops)) == client


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("192.0.2.7:8080", "192.0.2.7"),
        (" 192.0.2.7 ", "192.0.2.7"),
        ("[2001:DB8::1]:443", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("2001:db8:0:0:0:0:0:1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("[fe80::1%25eth0]:80", "fe80::1"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("[::ffff:192.0.2.7]:80", "192.0.2.7"),
    ],
)
def test_ports_brackets_zones_and_mapped_addresses_are_normalised(written: str, address: str) -> None:
    assert client_address(written, "", NOBODY) == address
    assert client_address("10.0.0.1", written, INSIDE) == address
    assert masked(written, "full") == address


@pytest.mark.parametrize(
    "junk",
    [
        *("", "unknown", "unix:", "_hidden", "12345", "\u0663.2.3.4", "\ud800", "9" * 200),
        *("1.2.3", "1.2.3.256", "01.2.3.4", "1.2.3.4:x", "1.2.3.4.5", "1.2.3.4 5", "1.2.3.4:123456", "1.2.3.4%eth0"),
        *("[::1", "::1]", ":::", "g::1"),
    ],
)
def test_what_is_no_address_is_the_peer_in_a_chain_and_nothing_when_masked(junk: str) -> None:
    assert client_address("10.0.0.1", junk, INSIDE) == "10.0.0.1"
    assert client_address("10.0.0.1", junk, trusted_proxies(1)) == "10.0.0.1"
    assert masked(junk, "full") == masked(junk, "mask") == ""


def test_a_chain_longer_than_the_bound_means_the_peer() -> None:
    assert client_address("10.0.0.1", ",".join(["1.1.1.1"] + ["10.0.0.2"] * (MAX_CHAIN - 1)), INSIDE) == "1.1.1.1"
    assert client_address("10.0.0.1", ",".join(["1.1.1.1"] + ["10.0.0.2"] * (MAX_CHAIN + 1)), INSIDE) == "10.0.0.1"


@pytest.mark.parametrize(
    ("address", "mode", "sent"),
    [
        ("203.0.113.7", "full", "203.0.113.7"),
        ("203.0.113.7", "mask", "203.0.113.0"),
        ("203.0.113.7", "none", "0.0.0.0"),
        ("2001:db8:1:2:3:4:5:6", "full", "2001:db8:1:2:3:4:5:6"),
        ("2001:db8:1:2:3:4:5:6", "mask", "2001:db8:1::"),
        ("::ffff:203.0.113.7", "mask", "203.0.113.0"),
        ("", "none", "0.0.0.0"),
        ("203.0.113.7", "no such mode", "0.0.0.0"),
    ],
)
def test_an_address_is_sent_whole_masked_or_not_at_all(address: str, mode: str, sent: str) -> None:
    assert masked(address, mode) == sent


@pytest.mark.parametrize(
    "junk",
    [
        *(True, -1, MAX_CHAIN + 1, 1.5, None, "10.0.0.0/8", b"10.0.0.0/8"),
        *([""], ["all"], ["10.0.0.0/33"], ["10.0.0.5/8"], ["2001:db8::/32", "example.com"], [1], [None]),
    ],
)
def test_a_setting_that_names_no_proxies_is_refused_with_a_cure(junk: object) -> None:
    with pytest.raises(ConfigError, match=r"give the number of proxies .* or a list"):
        trusted_proxies(junk)  # type: ignore[arg-type]


def test_single_addresses_and_mapped_networks_are_networks_too() -> None:
    proxies = trusted_proxies(["192.0.2.1", "::ffff:10.0.0.0/104", "::1"])
    assert client_address("192.0.2.1", "1.1.1.1", proxies) == "1.1.1.1"
    assert client_address("10.3.2.1", "1.1.1.1", proxies) == "1.1.1.1"
    assert client_address("::1", "1.1.1.1", proxies) == "1.1.1.1"
    assert client_address("192.0.2.2", "1.1.1.1", proxies) == "192.0.2.2"


JUNK = ("", "unknown", "1.2.3", "10.0.0.256", "[::1", "fd00::g", "10.0.0.1;x")
Entry = tuple[str, str | None, bool]  # as written, canonical (None: junk), trusted


def model(peer: Entry, chain: list[Entry], hops: int) -> str:
    """The rule once more, from the left and without parsing: the last machine that is not ours, junk hides it."""
    if hops:
        chosen = chain[-hops][1] if len(chain) >= hops else None
    else:
        machines = [*chain, peer]
        strangers = [at for at, machine in enumerate(machines) if not machine[2]]
        chosen = machines[strangers[-1] if strangers else 0][1]
    return chosen or peer[1] or peer[0]


def random_entry(dice: random.Random) -> Entry:
    if dice.random() < 0.06:
        return (dice.choice(JUNK), None, False)
    trusted = dice.random() < 0.55
    if dice.random() < 0.6:
        plain = socket.inet_ntoa(bytes([10 if trusted else dice.randrange(11, 224), *dice.randbytes(3)]))
        return (dice.choice(["{}", " {}", "{}:65535", "::ffff:{}", "[::ffff:{}]:1"]).format(plain), plain, trusted)
    packed = (b"\xfd\x00" if trusted else b"\x20\x01") + dice.randbytes(14)
    plain = str(ipaddress.IPv6Address(packed))
    written = dice.choice([plain, plain.upper(), ipaddress.IPv6Address(packed).exploded])
    return (dice.choice(["{}", "[{}]", "[{}]:443", "{}%eth0", "{} "]).format(written), plain, trusted)


def test_a_hundred_thousand_random_chains_agree_with_the_model() -> None:
    dice = random.Random(15)
    entries = [random_entry(dice) for _ in range(5_000)]
    counted = [INSIDE, *(trusted_proxies(hops) for hops in range(1, 4))]
    for _ in range(100_000):
        peer, hops = dice.choice(entries), dice.choice((0, 0, 0, 1, 2, 3))
        chain = dice.choices(entries, k=dice.randrange(6))
        header = ",".join(entry[0] for entry in chain)
        expected = model(peer, chain if header else [], hops)
        assert client_address(peer[0], header, counted[hops]) == expected, (peer, header, hops)
