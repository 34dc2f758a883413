"""A batch as it came over the wire, taken apart without touching a byte of its messages."""

from __future__ import annotations

import gzip
import json
import re
from typing import NamedTuple

from tests.net.hostile import Received

OPENING = '{"batch":['
SENT_AT = re.compile(r'"sentAt":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"')


class Frame(NamedTuple):
    """``raw`` is the whole body, decompressed; ``messages`` each message's own bytes by its id, in order; ``shell``
    what is left of the frame without ``sentAt``."""

    raw: bytes
    messages: dict[str, bytes]
    shell: bytes


def read_frame(received: Received) -> Frame:
    """Takes the body of a request apart; raises ValueError for one that is no batch."""
    zipped = received.headers.get("content-encoding") == "gzip"
    raw = gzip.decompress(received.body) if zipped else received.body
    text = raw.decode()
    if not text.startswith(OPENING):
        raise ValueError("this is no batch")
    decoder, position, messages = json.JSONDecoder(), len(OPENING), {}
    while text[position] != "]":
        position += text[position] == ","
        message, end = decoder.raw_decode(text, position)
        messages[message["messageId"]] = text[position:end].encode()
        position = end
    return Frame(raw, messages, SENT_AT.sub("", text[position:], count=1).encode())
