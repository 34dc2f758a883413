"""Segment's limits hold to the byte: it never sees more, and what is over is refused at the call."""

from __future__ import annotations

import pytest

from segment_web import Analytics
from segment_web.messages.receipt import Receipt
from tests.delivery.conftest import MakeClient
from tests.delivery.oracle import MESSAGE_LIMIT, Oracle

BATCH_BYTES = 475_000
TIMESTAMP = "2026-01-01T00:00:00.000Z"  # of fixed length
CHARACTERS = {1: "a", 2: "é", 3: "€", 4: "😀"}  # by their bytes in UTF-8
EMPTY = 100  # the number of the first message, so that all ids have three digits
widths = pytest.mark.parametrize("width", CHARACTERS)


def text_of(size: int, width: int) -> str:
    """Text of ``size`` bytes, as many of them as possible in characters of ``width`` bytes."""
    return CHARACTERS[width] * (size // width) + "a" * (size % width)


class Sizes:
    """Makes messages of an exact size on the wire."""

    def __init__(self, client: Analytics, oracle: Oracle) -> None:
        self._client = client
        self._oracle = oracle
        for _ in range(EMPTY):
            oracle.owe("ann")
        receipt = self.say_text("")
        assert client.flush(5)
        self._empty = len(oracle.arrivals[0].frame.messages[str(receipt.message_id)])

    def say(self, size: int, width: int) -> Receipt:
        return self.say_text(text_of(size - self._empty, width))

    def say_text(self, text: str) -> Receipt:
        owed = self._oracle.owe("ann")
        return self._client.track(
            "Thing Done", {"text": text}, user_id="ann", message_id=owed.message_id, timestamp=TIMESTAMP
        )


@widths
def test_a_message_may_have_32_768_bytes_and_not_one_more(make: MakeClient, width: int) -> None:
    with Oracle() as oracle:
        client = make(host=oracle.url, flush_interval=60)
        sizes = Sizes(client, oracle)
        said = {size: sizes.say(size, width) for size in range(32_760, 32_777)}
        assert client.flush(5)
        arrived = {name: len(body) for arrival in oracle.arrivals[1:] for name, body in arrival.frame.messages.items()}
        assert arrived == {receipt.message_id: size for size, receipt in said.items() if size <= MESSAGE_LIMIT}
        refused = {size: receipt for size, receipt in said.items() if not receipt}
        assert list(refused) == list(range(32_769, 32_777))
        for size, receipt in refused.items():
            assert receipt.reason == "message_too_large"
            assert f"{size:,} bytes" in receipt.detail
            assert "properties.text (32," in receipt.detail
            assert CHARACTERS[width] * 3 not in receipt.detail, "a value is in the receipt"
        oracle.check_wire()


@widths
def test_a_batch_has_475_000_bytes_at_most_and_is_filled_up(make: MakeClient, width: int) -> None:
    """Fifteen messages whose sum goes byte by byte over what one batch can hold, with the frame and without it."""
    with Oracle() as oracle:
        client = make(host=oracle.url, flush_interval=60, gzip=False)
        sizes = Sizes(client, oracle)
        for total in (*range(474_640, 474_700, 9), *range(474_984, 475_008, 5)):
            before = len(oracle.arrivals)
            for _ in range(14):
                assert sizes.say(31_700, width)
            assert sizes.say(total - 14 * 31_701, width)
            assert client.flush(5)
            bodies = [len(arrival.frame.raw) for arrival in oracle.arrivals[before:]]
            assert max(bodies) <= BATCH_BYTES
            assert len(bodies) == 1 or sum(bodies) > BATCH_BYTES - 512, "split though it fitted"
        assert client.stats().pending == 0
        oracle.check_wire()
        assert len(oracle.taken) == client.stats().accepted
