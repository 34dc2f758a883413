"""The test project's settings, delivering to the collector that the environment names."""

from __future__ import annotations

import os

from tests.django_project.settings import *  # noqa: F403 - the same project

DEBUG = os.environ.get("DJANGO_DEBUG") == "1"
ROOT_URLCONF = "tests.journeys.project.urls"
SEGMENT = {
    "WRITE_KEY": "journey-write-key",
    "HOST": os.environ["JOURNEY_SEGMENT_HOST"],
    "PAGE_VIEWS": True,
    "FLUSH_INTERVAL": 60,  # nothing leaves before the end: what arrives was drained at exit
}
