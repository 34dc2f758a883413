"""Message ids are never given twice, and the time of a message is that of its call."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from segment_web.messages import ids
from segment_web.messages.message import Message

MANY = 10_000


def stamped() -> Message:
    message = Message("track")
    ids.stamp(message)
    return message


def message_id() -> str:
    return str(stamped().message_id)


def test_ids_are_32_hex_digits_and_all_different() -> None:
    made = [message_id() for _ in range(MANY)]
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in made)
    assert len(set(made)) == MANY


def test_threads_share_none() -> None:
    with ThreadPoolExecutor(8) as threads:
        made = [one for some in threads.map(lambda _: [message_id() for _ in range(MANY)], range(8)) for one in some]
    assert len(set(made)) == 8 * MANY


FORKED = """
import os
from tests.core.test_ids import ids, message_id
message_id()  # some are ready now
reading, writing = os.pipe()
if os.fork() == 0:
    os.write(writing, ",".join(message_id() for _ in range(ids.DRAWN)).encode())
    os._exit(0)
os.wait()
os.close(writing)
with open(reading) as pipe:
    print(len(set(pipe.read().split(",")) | {message_id() for _ in range(ids.DRAWN)}) - 2 * ids.DRAWN)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes fork on POSIX systems only")
def test_a_forked_child_has_ids_of_its_own() -> None:
    done = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "0\n"


def test_now_is_now_in_milliseconds() -> None:
    before = datetime.now(UTC)
    for _ in range(1_000):
        shown = str(stamped().timestamp)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", shown)
        moment = datetime.fromisoformat(shown)
        assert before - timedelta(milliseconds=1) <= moment <= datetime.now(UTC)
        before = moment
