"""The test project's settings, delivering to the collector that the environment names."""

from __future__ import annotations

import os

from tests.django_project.settings import *  # noqa: F403 - the same project

DEBUG = os.environ.get("DJANGO_DEBUG") == "1"
ROOT_URLCONF = "tests.journeys.project.urls"
# It imports django.contrib.admin, whose lazy site gevent opens when it looks through all objects for locks to patch.
INSTALLED_APPS = [name for name in INSTALLED_APPS if name != "django_tasks_db"]  # noqa: F405
TASKS = {"default": TASKS["default"]}  # noqa: F405
SEGMENT = {
    "WRITE_KEY": "journey-write-key",
    "HOST": os.environ["JOURNEY_SEGMENT_HOST"],
    "PAGE_VIEWS": True,
    "FLUSH_INTERVAL": 60,  # nothing leaves before the end: what arrives was drained at exit
}
