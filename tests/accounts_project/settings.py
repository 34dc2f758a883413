"""Every package at once; users are known by their e-mail address, and their primary key is a UUID."""

from __future__ import annotations

SECRET_KEY = "for the package's own tests only, and long enough for JSON web tokens"
ALLOWED_HOSTS = ["testserver"]
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.dummy",
    "rest_framework",
    "rest_framework.authtoken",
    "dj_rest_auth",
    "dj_rest_auth.registration",
    "social_django",
    "hijack",
    "loginas",
    "segment_web.django",
    "tests.accounts_project",
]
MIGRATION_MODULES = {
    app.rpartition(".")[2]: None for app in (*INSTALLED_APPS, "authtoken", "account", "socialaccount", "dj_rest_auth")
}
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "segment_web.django.middleware.SegmentMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hijack.middleware.HijackUserMiddleware",
]
ROOT_URLCONF = "tests.accounts_project.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast; nobody's real password
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
USE_TZ = True
LOGIN_REDIRECT_URL = LOGIN_URL = "/seen/"
AUTH_USER_MODEL = "accounts_project.Member"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "social_core.backends.email.EmailAuth",
]

ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_RATE_LIMITS = False
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework_simplejwt.authentication.JWTAuthentication",
        "rest_framework.authentication.TokenAuthentication",
    ]
}
REST_AUTH = {"REGISTER_SERIALIZER": "tests.accounts_project.registration.Registration"}
SIMPLE_JWT = {
    "AUTH_TOKEN_CLASSES": (
        "rest_framework_simplejwt.tokens.AccessToken",
        "rest_framework_simplejwt.tokens.SlidingToken",
    )
}
SOCIAL_AUTH_USER_FIELDS = ["email"]
SOCIAL_AUTH_LOGIN_REDIRECT_URL = "/seen/"
LOGINAS_REDIRECT_URL = LOGINAS_LOGOUT_REDIRECT_URL = "/seen/"

SEGMENT = {
    "WRITE_KEY": "test-write-key-000",
    "DELIVERY": "null",
    "USER_TRAITS": "tests.accounts_project.models.traits",
    "AUTH_EVENTS": {"login_failed": True, "password_changed": True},
}
