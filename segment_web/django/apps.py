"""The Django application: connects signals and checks; no table, no migration."""

from __future__ import annotations

import sys

from django.apps import AppConfig, apps

from segment_web.process import servers, uwsgi


class SegmentConfig(AppConfig):
    """``"segment_web.django"`` in INSTALLED_APPS; the label is ``segment_web``."""

    name = "segment_web.django"
    label = "segment_web"
    verbose_name = "Segment analytics"

    def ready(self) -> None:
        """Connects what Django announces to what we say of it."""
        from segment_web.django import checks, commit, conf
        from segment_web.django.models import tracking

        checks.connect()
        conf.connect()
        commit.connect()
        tracking.connect()
        servers.connect(sys.argv)
        uwsgi.connect()
        if apps.is_installed("django.contrib.auth"):  # a service may have no users of its own
            from segment_web.django.accounts import packages, signals

            signals.connect()
            packages.connect()
