"""A project that has no users of its own: a service without ``django.contrib.auth``."""

from __future__ import annotations

import json

from tests.commands.terminal import CHECKOUT, run

PROJECT = """
import json
import django
from django.conf import settings

settings.configure(
    SECRET_KEY="for tests", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, INSTALLED_APPS=["segment_web.django"],
    MIDDLEWARE=["segment_web.django.middleware.SegmentMiddleware"], SEGMENT={"WRITE_KEY": "key", "DELIVERY": "null"},
)
django.setup()

from django.core.management import call_command
from django.http import JsonResponse
from django.test import Client
from django.urls import path
from segment_web.testing import capture_events


def view(request):
    request.segment.track("Order Placed")
    return JsonResponse({})


urlpatterns = [path("", view)]
call_command("check")
with capture_events() as events:
    status = Client().get("/").status_code
print(json.dumps([status, events.names]))
"""


def test_it_starts_and_its_events_are_visitors() -> None:
    done = run("-c", PROJECT, cwd=CHECKOUT)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout.splitlines()[-1]) == [200, ["Order Placed"]]
