"""Plain Django with segment_web switched on; an event that is not captured meets a closed port and never leaves."""

from __future__ import annotations

from django import VERSION

SECRET_KEY = "for the package's own tests only"
DEBUG = False
ALLOWED_HOSTS = ["testserver", "shop.test", "localhost", "127.0.0.1"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "rest_framework",
    "rest_framework.authtoken",
    "django_tasks_db",
    "segment_web.django",
    "tests.django_project.library",
]

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "segment_web.django.middleware.SegmentMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

SEGMENT = {
    "WRITE_KEY": "test-write-key-000",
    "HOST": "http://127.0.0.1:9",  # discard: nobody listens there
    "EXIT_TIMEOUT": 0.1,  # what met the closed port does not keep the end of the tests waiting
}

ROOT_URLCONF = "tests.django_project.urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
IN_MEMORY = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}  # Django shares it with threads
DATABASES = {"default": IN_MEMORY, "archive": dict(IN_MEMORY)}
MIGRATION_MODULES = {"django_tasks_database": None}  # its table is made as it is now
TASKS_OF = "django.tasks" if VERSION >= (6, 0) else "django_tasks"  # the package is Django 6's own for older releases
TASKS = {
    "default": {"BACKEND": f"{TASKS_OF}.backends.immediate.ImmediateBackend"},
    "database": {"BACKEND": "django_tasks_db.DatabaseBackend"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast; nobody's real password
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"  # Django's live test server does not start without
LOGIN_URL = "/login/"
