"""Settings of the Otter & Oak shop: plain Django, plus three of the four places where segment_web is switched on."""

from __future__ import annotations

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = os.environ.get("DJANGO_DEBUG", "1") == "1"
SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY", "for-development-only: set DJANGO_SECRET_KEY anywhere else")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", ".test", "testserver"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "segment_web.django",  # 1 of 4: the app
    "shop",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "segment_web.django.middleware.SegmentMiddleware",  # 2 of 4: after authentication, so that it knows the user
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

# 3 of 4: the settings. Without a write key events are printed to the console while DEBUG is on, and nothing is sent.
SEGMENT = {
    "WRITE_KEY": os.environ.get("SEGMENT_WRITE_KEY"),
    "APP": {"name": "Otter & Oak", "version": "1.0.0"},
    "USER_TRAITS": ["email", "username", "first_name"],  # none by default: personal data leaves only when asked for
    "CONSENT": "cookie",  # nothing is recorded before the visitor agrees in the banner (shop/views/consent.py)
    "PAGE_VIEWS": True,  # the server tells Segment about page views where the browser's snippet does not
}
if segment_host := os.environ.get("SEGMENT_HOST"):
    SEGMENT["HOST"] = segment_host  # for example a collector on this machine

ROOT_URLCONF = "shop_project.urls"
WSGI_APPLICATION = "shop_project.wsgi.application"
ASGI_APPLICATION = "shop_project.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shop.context.shop_frame",
            ],
        },
    },
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("SHOP_DATABASE", BASE_DIR / "db.sqlite3"),
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},  # two orders at once then wait for each other instead of failing
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "account"
LOGOUT_REDIRECT_URL = "home"

STATIC_URL = "static/"
LANGUAGE_CODE = "en-us"
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True
