"""What all tests share: pytest's own fixture for running a fresh project, no skips where CI runs, Celery's broker,
patient examples."""

from __future__ import annotations

from hypothesis import settings

pytest_plugins = ["pytester", "tests.no_skips", "tests.jobs.broker"]

# A shared machine is slow for a moment now and then, and a run that failed must fail again.
settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")
