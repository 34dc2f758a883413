"""Serving in the foreground and importing without the extra, each in a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys

import httpx
import pytest

from tests.collector.messages import track

SERVE = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have started us with Ctrl-C ignored
{hide}
from segment_web.collector.foreground import serve
serve(port=0, ready=lambda url: print(url, flush=True))
print("ended")
"""


@pytest.mark.parametrize("waitress", [True, False])
def test_serve_answers_until_it_is_interrupted(waitress: bool) -> None:
    if waitress:
        pytest.importorskip("waitress")
    code = SERVE.format(hide="" if waitress else "sys.modules['waitress'] = None")
    with subprocess.Popen([sys.executable, "-W", "error", "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        with httpx.Client(base_url=url, auth=("key", ""), trust_env=False) as client:
            assert client.post("/v1/track", json=track("m1")).json() == {"success": True}
            assert client.get("/api/stats").json()["accepted"] == 1
        process.send_signal(signal.SIGINT)
        assert process.stdout.read().strip() == "ended"
    assert process.returncode == 0


def test_without_werkzeug_the_import_says_what_to_install() -> None:
    code = "import sys; sys.modules['werkzeug'] = None; import segment_web.collector"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "MissingExtra: the collector needs an extra: pip install 'segment-web[collector]'" in result.stderr
