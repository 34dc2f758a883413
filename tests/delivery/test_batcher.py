"""Batches stay within Segment's limits, to the byte."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from segment_web.delivery.batcher import fitting
from segment_web.messages.envelope import Envelope
from segment_web.messages.wire import batch_pieces


def envelopes(sizes: list[int]) -> tuple[Envelope, ...]:
    return tuple(Envelope(str(n), "u", "default", b"x" * size) for n, size in enumerate(sizes))


def whole(envelopes: tuple[Envelope, ...], *, key: str) -> bytes:
    return b"".join(batch_pieces([e.body for e in envelopes], write_key=key, sent_at=datetime.now(UTC)))


@given(st.lists(st.integers(2, 32_768), min_size=1, max_size=60), st.integers(1, 50), st.integers(33_500, 475_000))
def test_a_batch_is_as_large_as_it_may_be_and_no_larger(sizes: list[int], count: int, size: int) -> None:
    all_of_them = envelopes(sizes)
    number = fitting(sizes, count=count, size=size)
    body = whole(all_of_them[:number], key="k" * 64)
    assert 1 <= number <= count
    assert len(body) <= size
    if number < min(count, len(sizes)):
        one_more = whole(all_of_them[: number + 1], key="k" * 256)
        assert len(one_more) > size
