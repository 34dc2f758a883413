"""Segment's published limits, and ours below them (Segment's documentation counts 1 KB as 1,024 bytes)."""

from __future__ import annotations

MESSAGE_BYTES = 32_768  # one message of more is refused by Segment: 32 KB
MESSAGE_ID_LENGTH = 100  # characters
REQUEST_BYTES = 512_000  # one request, unpacked: 500 KB
BATCH_BYTES = 475_000  # Segment takes 500 KB; the margin is for what proxies add
BATCH_COUNT = 2_500  # more is answered 200 and dropped
