"""``import segment_web``: quick, without any extra, and clear about the extra that a part of it needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

EXTRAS = ("django", "flask", "isal", "prometheus_client", "pytest", "sqlalchemy", "waitress", "werkzeug")
HEAVY = ("asyncio", "httpcore", "httpx", "multiprocessing", "sqlite3", "ssl", *EXTRAS)
BUDGET = 0.060  # seconds of processor time beyond a bare interpreter's, the standard library's modules included
TRIES = 10  # the quickest counts: the machine may be busy with something else

WITHOUT = "import sys; sys.modules.update(dict.fromkeys({names!r}))\n"  # None there: importing it raises ImportError
LOADED = "import sys, segment_web; print(*sys.modules)"
TIMED = "import time; began = time.process_time(); import segment_web; print(time.process_time() - began)"


def isolated(source: str) -> str:
    """What a fresh interpreter prints; warnings are errors."""
    command = [sys.executable, "-I", "-W", "error", "-c", source]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_no_extra_is_needed() -> None:
    source = "import segment_web; print(segment_web.track('Seen', user_id='1').reason)"
    assert isolated(WITHOUT.format(names=EXTRAS) + source) == "not_configured\n"


def test_nothing_heavy_is_imported() -> None:
    loaded = set(isolated(LOADED).split())
    assert "segment_web.client" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_it_adds_little_to_the_start_of_an_interpreter() -> None:
    assert min(float(isolated(TIMED)) for _ in range(TRIES)) < BUDGET


@pytest.mark.parametrize(
    ("module", "missing", "extra"),
    [
        ("segment_web.django", "django", "django"),
        ("segment_web.flask", "flask", "flask"),
        ("segment_web.collector", "werkzeug", "collector"),
        ("segment_web.prometheus", "prometheus_client", "prometheus"),
    ],
)
def test_a_part_without_its_extra_says_what_to_install(module: str, missing: str, extra: str) -> None:
    source = f"""
from segment_web.errors import MissingExtra
try:
    import {module}
except MissingExtra as problem:
    print(problem)
"""
    assert f"pip install 'segment-web[{extra}]'" in isolated(WITHOUT.format(names=(missing,)) + source)
