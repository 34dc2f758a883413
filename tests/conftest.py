"""What all tests share: pytest's own fixture for running a fresh project, no skips where CI runs, Celery's broker,
patient examples, an address where nobody is."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from hypothesis import settings

pytest_plugins = ["pytester", "tests.no_skips", "tests.jobs.broker"]

# A shared machine is slow for a moment now and then, and a run that failed must fail again.
settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address that refuses connections: bound, but not listened on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
