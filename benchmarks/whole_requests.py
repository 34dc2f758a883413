"""What a page call and a track add to a request, in bursts and with pauses, with the CPU of every thread.

A server pauses between two requests, so that the caches of the CPU are colder than in a burst. The events leave for a
real Tracking API, so that the worker's share counts for each contender. Each contender runs in processes of its own, in
turns; a figure is the median over the rounds.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks import sink

REQUESTS = 4_000
WARM = 500  # requests before the clock starts
PAUSE = 0.0005  # seconds between two requests
ROUNDS = 5
FRAMEWORKS = ("django", "flask")
BY_HAND = "segment-analytics-python"
Serve = Callable[[], object]
Flush = Callable[[], object]


def django(name: str, url: str) -> tuple[Serve, Flush]:
    import django as framework
    from django.conf import settings

    from benchmarks import requests

    options = requests.configuration(pages=True)
    options["SEGMENT"] = {"WRITE_KEY": "k" * 32, "PAGE_VIEWS": True, "HOST": url}
    settings.configure(**options)
    framework.setup()
    if name == BY_HAND:
        requests.Handwritten.options = {"host": url}
        serve = requests.served([*requests.STOCK, "benchmarks.requests.Handwritten"], "/by-hand")
        return serve, lambda: requests.Handwritten.made[-1].flush()
    if name == "bare":
        return requests.served(requests.STOCK, "/bare"), lambda: None
    from segment_web.django import conf

    return requests.served([*requests.STOCK, requests.OURS], "/track"), lambda: conf.client().flush(60)


def flask(name: str, url: str) -> tuple[Serve, Flush]:
    from benchmarks import flask_requests
    from segment_web.flask.installed import EXTENSION

    if name == BY_HAND:
        application, client = flask_requests.app_by_hand(host=url)
        return flask_requests.served(application, "/track"), client.flush
    if name == "bare":
        return flask_requests.served(flask_requests.app(ours=False), "/bare"), lambda: None
    application = flask_requests.app(ours=True, page_views=True, host=url)
    found: Any = application.extensions[EXTENSION]
    return flask_requests.served(application, "/track"), lambda: found.client.flush(60)


CONTENDERS = ("bare", "segment_web", BY_HAND)


def run(framework: str, name: str, url: str, pause: float) -> dict[str, float]:
    """Return the CPU time of one request in µs: of its own thread, and of the whole process, delivery included."""
    serve, flush = {"django": django, "flask": flask}[framework](name, url)
    for _ in range(WARM):
        serve()
    flush()
    own, whole = 0.0, time.process_time()
    for _ in range(REQUESTS):
        began = time.thread_time()
        serve()
        own += time.thread_time() - began
        if pause:
            time.sleep(pause)
    flush()
    return {"own": own / REQUESTS * 1e6, "whole": (time.process_time() - whole) / REQUESTS * 1e6}


def measure(framework: str, name: str, url: str, pause: float) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.whole_requests", "--run", framework, name, url, str(pause)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def compare(framework: str, pause: float, rounds: int) -> None:
    names = [name for name in CONTENDERS if name != BY_HAND or importlib.util.find_spec("segment") is not None]
    found: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    with sink.running() as url:
        for _ in range(rounds):
            for name in names:
                found[name].append(measure(framework, name, url, pause))
                sink.counts(url)
    print(
        f"A {framework.capitalize()} request with a page call and a track, {'paced' if pause else 'in bursts'}, CPU\n"
    )
    for part, title in (("whole", "every thread"), ("own", "the request's own thread")):
        medians = {name: statistics.median(one[part] for one in runs) for name, runs in found.items()}
        added = {name: median - medians["bare"] for name, median in medians.items() if name != "bare"}
        for name, more in added.items():
            ratio = f"  {more / added[BY_HAND]:.2f} x by hand" if BY_HAND in added else ""
            print(f"  {title:<26}{name:<26}{medians['bare']:8.1f} + {more:6.1f} µs{ratio}")
    print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", nargs=4, metavar=("FRAMEWORK", "NAME", "URL", "PAUSE"), help="one contender, once")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    if options.run:
        framework, name, url, pause = options.run
        print(json.dumps(run(framework, name, url, float(pause))))
        sys.stdout.flush()
        os._exit(0)  # peers wait for their threads
    for framework in FRAMEWORKS:
        for pause in (0.0, PAUSE):
            compare(framework, pause, options.rounds)


if __name__ == "__main__":
    main()
