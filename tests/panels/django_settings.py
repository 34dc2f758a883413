"""A Django project with its debug toolbar; served by ``django_site``, in a process of its own."""

from __future__ import annotations

DEBUG = True
SECRET_KEY = "for the panel's tests only"
ALLOWED_HOSTS = INTERNAL_IPS = ["127.0.0.1"]
ROOT_URLCONF = "tests.panels.django_site"
STATIC_URL = "/static/"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "debug_toolbar",
    "segment_web.django",
]
MIDDLEWARE = [
    "debug_toolbar.middleware.DebugToolbarMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "segment_web.django.middleware.SegmentMiddleware",
]
DEBUG_TOOLBAR_PANELS = [
    "debug_toolbar.panels.history.HistoryPanel",
    "debug_toolbar.panels.timer.TimerPanel",
    "segment_web.django.panels.SegmentPanel",
]
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
SEGMENT = {"WRITE_KEY": "panel-write-key", "DELIVERY": "null", "PAGE_VIEWS": True}
LOGGING_CONFIG = None
