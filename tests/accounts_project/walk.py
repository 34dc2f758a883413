"""Walks through every package and prints what Segment hears: ``python -m tests.accounts_project.walk``."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.accounts_project.settings"
django.setup()

from allauth.account.models import EmailAddress  # noqa: E402
from dj_rest_auth.app_settings import api_settings  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402 - Django is set up now
from django.core.management import call_command  # noqa: E402
from django.test.utils import override_settings, setup_test_environment  # noqa: E402
from loginas import settings as loginas_settings  # noqa: E402

from tests.accounts_project.visitor import PASSWORD, Visitor  # noqa: E402

Steps = dict[str, Any]


def member(name: str, **fields: Any) -> Any:
    return get_user_model().objects.create_user(f"{name}@example.com", PASSWORD, **fields)


def login_form(name: str, password: str = PASSWORD) -> dict[str, str]:
    return {"login": f"{name}@example.com", "email": f"{name}@example.com", "password": password}


@contextmanager
def configured(package: Any, **options: object) -> Iterator[None]:
    """For packages that read their settings once."""
    before = {name: getattr(package, name) for name in options}
    vars(package).update(options)
    yield
    vars(package).update(before)


def allauth() -> Steps:
    visitor = Visitor()
    return {
        "a look": visitor.get("/seen/"),
        "sign-up": visitor.post("/accounts/signup/", {"email": "anna@example.com", "password1": PASSWORD}),
        "logout": visitor.post("/accounts/logout/"),
        "wrong password": visitor.post("/accounts/login/", login_form("anna", "wrong")),
        "login": visitor.post("/accounts/login/", login_form("anna")),
        "password": visitor.post(
            "/accounts/password/change/",
            {"oldpassword": PASSWORD, "password1": "another-word", "password2": "another-word"},
        ),
    }


def allauth_verified() -> Steps:
    """An e-mail address that must be confirmed first; the link is opened elsewhere, and then by who is logged in."""
    visitor, elsewhere = Visitor(), Visitor()
    with override_settings(ACCOUNT_EMAIL_VERIFICATION="mandatory"):
        steps = {"sign-up": visitor.post("/accounts/signup/", {"email": "bea@example.com", "password1": PASSWORD})}
        steps["before"] = visitor.post("/accounts/login/", login_form("bea"))
        elsewhere.get("/seen/")
        steps["confirmed elsewhere"] = elsewhere.post(visitor.link)
        steps["login"] = visitor.post("/accounts/login/", login_form("bea"))
        visitor.post("/accounts/email/", {"action_add": "", "email": "beate@example.com"})
        steps["confirmed by herself"] = visitor.post(visitor.link)
        visitor.post("/accounts/email/", {"action_add": "", "email": "bee@example.com"})
        EmailAddress.objects.update(verified=True)
        steps["another one"] = visitor.post("/accounts/email/", {"action_primary": "", "email": "bee@example.com"})
    return steps


def allauth_at_once() -> Steps:
    """Whose confirmation logs in, in the browser that signed up."""
    visitor = Visitor()
    with override_settings(ACCOUNT_EMAIL_VERIFICATION="mandatory", ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION=True):
        visitor.post("/accounts/signup/", {"email": "bert@example.com", "password1": PASSWORD})
        return {"confirmed": visitor.post(visitor.link)}


def allauth_code() -> Steps:
    """Who types in a code from an e-mail instead of a password."""
    member("anton")
    visitor = Visitor()
    steps = {"asked for": visitor.post("/accounts/login/code/", {"email": "anton@example.com"})}
    steps["wrong"] = visitor.post("/accounts/login/code/confirm/", {"code": "wrong"})
    steps["right"] = visitor.post("/accounts/login/code/confirm/", {"code": visitor.code})
    return steps


def allauth_reset() -> Steps:
    member("cora")
    visitor = Visitor()
    visitor.get("/seen/")
    steps = {"asked for": visitor.post("/accounts/password/reset/", {"email": "cora@example.com"})}
    visitor.client.get(visitor.link, follow=True)
    where = visitor.client.get(visitor.link).headers["Location"]
    steps["reset"] = visitor.post(where, {"password1": "another-word", "password2": "another-word"})
    return steps


def allauth_social() -> Steps:
    def by_provider(visitor: Visitor) -> list[str]:
        visitor.client.post("/accounts/dummy/login/")
        state = visitor.client.post("/accounts/dummy/login/").headers["Location"]
        return visitor.post(state, {"id": "7", "email": "dora@example.com", "email_verified": "on"})

    first, second = Visitor(), Visitor()
    return {"sign-up": by_provider(first), "login": by_provider(second)}


def rest(use_jwt: bool) -> Steps:
    """Without sessions: a token is all that says who is there."""
    name, visitor = ("emil" if use_jwt else "egon"), Visitor()
    with configured(api_settings, USE_JWT=use_jwt, SESSION_LOGIN=False, JWT_AUTH_HTTPONLY=False):
        member(name)
        steps = {"wrong": visitor.post("/rest/login/", login_form(name, "wrong"))}
        steps["login"] = visitor.post("/rest/login/", login_form(name))
        found = visitor.answer.json()
        token = f"Bearer {found['access']}" if use_jwt else f"Token {found['key']}"
        steps["asked"] = visitor.get("/asked/", authorization=token)
        steps["logout"] = visitor.post("/rest/logout/", authorization=token)
        steps["a second factor is due"] = visitor.post("/rest/first-factor/", login_form(name))
    return steps


def rest_session() -> Steps:
    visitor = Visitor()
    account = {"email": "finn@example.com", "password1": PASSWORD, "password2": PASSWORD}
    return {
        "registration": visitor.post("/rest/registration/", account),
        "logout": visitor.post("/logout/"),
        "login": visitor.post("/rest/login/", login_form("finn")),
    }


def jwt() -> Steps:
    visitor, account = Visitor(), login_form("gabi")
    member("gabi")
    steps = {"wrong": visitor.post("/jwt/", login_form("gabi", "wrong")), "login": visitor.post("/jwt/", account)}
    tokens = visitor.answer.json()
    steps["asked"] = visitor.get("/asked/", authorization=f"Bearer {tokens['access']}")
    steps["refresh"] = visitor.post("/jwt/refresh/", {"refresh": tokens["refresh"]})
    steps["verify"] = visitor.post("/jwt/verify/", {"token": tokens["access"]})
    steps["sliding"] = visitor.post("/jwt/sliding/", account)
    other = Visitor()
    other.client.force_login(member("gina"), "django.contrib.auth.backends.ModelBackend")
    steps["a look"] = other.get("/seen/")
    steps["over another's session"] = other.post("/jwt/", account)
    return steps


def token() -> Steps:
    visitor, account = Visitor(), {"username": "hans@example.com", "password": PASSWORD}
    member("hans")
    return {"login": visitor.post("/token/", account), "in an event loop": visitor.apost("/token/", account)}


def social() -> Steps:
    first, second = Visitor(), Visitor()
    account = {"email": "ida@example.com"}
    return {
        "sign-up": first.post("/social/complete/email/", account),
        "login": second.post("/social/complete/email/", account),
    }


def plain() -> Steps:
    """Django's own views."""
    member("jan", is_superuser=True)
    visitor, changed = Visitor(), {"new_password1": "another-word", "new_password2": "another-word"}
    return {
        "wrong": visitor.post("/login/", {"username": "jan@example.com", "password": "wrong"}),
        "login": visitor.post("/login/", {"username": "jan@example.com", "password": PASSWORD}),
        "password": visitor.post("/password/", {"old_password": PASSWORD, **changed}),
        "logout": visitor.post("/logout/"),
    }


def impersonated(begin: Callable[[Any], tuple[str, dict[str, Any]]], end: str, admin: str, victim: str) -> Steps:
    """An administrator looks at what a customer sees, and what their browser says meanwhile."""
    own, customer, visitor = member(admin, is_superuser=True, is_staff=True), member(victim), Visitor()
    visitor.post("/login/", {"username": f"{admin}@example.com", "password": PASSWORD})
    steps: Steps = {"before": visitor.get("/seen/"), "the page identified": str(own.pk) in visitor.page}
    steps["begin"] = visitor.post(*begin(customer))
    steps["in an event loop"] = visitor.get("/aseen/")
    steps["meanwhile"] = visitor.get("/seen/")
    steps["the page identifies"] = str(customer.pk) in visitor.page
    steps["the page says"] = visitor.say("Clicked", customer.pk)
    steps["end"] = visitor.post(end)
    steps["after"] = visitor.get("/seen/")
    visitor.post(*begin(customer))
    steps["logout"] = visitor.post("/logout/")
    steps["the next one"] = visitor.get("/seen/")
    return steps


def hijack() -> Steps:
    return impersonated(lambda user: ("/hijack/acquire/", {"user_pk": user.pk}), "/hijack/release/", "kai", "lea")


def loginas() -> Steps:
    without_hijack = [name for name in settings.MIDDLEWARE if "hijack" not in name]  # which asks for the user itself
    with override_settings(MIDDLEWARE=without_hijack):
        return impersonated(lambda user: (f"/loginas/login/user/{user.pk}/", {}), "/loginas/logout/", "max", "nora")


def loginas_logout() -> Steps:
    """Its view for those who log out, whoever they are, and when it is too late to be the administrator again."""
    member("otto", is_superuser=True)
    visitor, form = Visitor(), {"username": "otto@example.com", "password": PASSWORD}
    visitor.post("/login/", form)
    steps = {"ordinary": visitor.post("/loginas/logout/"), "login": visitor.post("/login/", form)}
    visitor.post(f"/loginas/login/user/{member('pia').pk}/")
    with configured(loginas_settings, USER_SESSION_DAYS_TIMESTAMP=-1):
        steps["too late"] = visitor.post("/loginas/logout/")
    steps["the next one"] = visitor.get("/seen/")
    return steps


WALKS: dict[str, Callable[[], Steps]] = {
    "Django": plain,
    "allauth": allauth,
    "allauth, verified": allauth_verified,
    "allauth, at once": allauth_at_once,
    "allauth, code": allauth_code,
    "allauth, reset": allauth_reset,
    "allauth, social": allauth_social,
    "dj-rest-auth, JWT": lambda: rest(True),
    "dj-rest-auth, token": lambda: rest(False),
    "dj-rest-auth, session": rest_session,
    "simplejwt": jwt,
    "REST framework": token,
    "social-auth": social,
    "django-hijack": hijack,
    "django-loginas": loginas,
    "django-loginas, logout": loginas_logout,
}

if __name__ == "__main__":
    setup_test_environment()
    call_command("migrate", run_syncdb=True, verbosity=0)
    print(json.dumps({name: walk() for name, walk in WALKS.items()}))
