"""What a spawned child runs: it imports everything anew and makes its own client."""

from __future__ import annotations

import segment_web
from tests.delivery.conftest import KEY


def say(host: str, number: int) -> None:
    segment_web.configure(KEY, host=host, flush_interval=60)
    for _ in range(number):
        assert segment_web.track("Thing Done", {"who": "child"}, user_id="u")
