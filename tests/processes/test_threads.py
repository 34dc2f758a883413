"""Many threads at once: none of their messages is lost or doubled, and the books agree to the unit."""

from __future__ import annotations

import json

from tests.effort import scaled
from tests.processes.conftest import Start, end
from tests.processes.tally import Tally

THREADS = 64
AT_ONCE = """
    together = threading.Barrier(64)
    def work(name):
        together.wait()
        say(CALLS, name)
    threads = [threading.Thread(target=work, args=(str(n),)) for n in range(64)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
"""
QUICK = ("-W", "error")  # development mode makes all of this three times slower
LARGE = {"queue_size": 1_000_000, "queue_bytes": 2_000_000_000}
RECORDING = """
    from segment_web.messages.outcome import DELIVERED
    class Recording:
        carried = []
        def deliver(self, batch):
            self.carried += [envelope.message_id for envelope in batch.envelopes]
            return DELIVERED
        def close(self): pass
    analytics = segment_web.Analytics.from_settings(analytics.settings, transport=Recording())
"""
COUNT = """
    assert analytics.flush(60)
    stats = analytics.stats()
    print(json.dumps([stats.accepted, stats.delivered, stats.pending, dict(stats.dropped)]))
"""


def test_10_000_calls_of_64_threads_each_reach_the_transport_once(start: Start) -> None:
    calls = scaled(10_000)
    carried = "print(len(Recording.carried), len(set(Recording.carried)))"
    process = start(RECORDING, AT_ONCE.replace("CALLS", str(calls)), COUNT, carried, options=QUICK, **LARGE)
    books, carried = end(process).splitlines()
    assert json.loads(books) == [THREADS * calls, THREADS * calls, 0, {}]
    assert carried == f"{THREADS * calls} {THREADS * calls}"


def test_2_000_calls_of_64_threads_each_arrive_once(start: Start, tally: Tally) -> None:
    calls = scaled(2_000)
    process = start(AT_ONCE.replace("CALLS", str(calls)), COUNT, options=QUICK, **LARGE)
    assert json.loads(end(process)) == [THREADS * calls, THREADS * calls, 0, {}]
    assert tally.who == {str(name): calls for name in range(THREADS)}
