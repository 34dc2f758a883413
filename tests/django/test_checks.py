"""``manage.py check`` names what is wrong with the set-up, and the cure."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command

from segment_web.web.consent.cookie import CookieConsent
from tests.django.conftest import Overridden

OURS = "segment_web.django.middleware.SegmentMiddleware"
AUTHENTICATION = "django.contrib.auth.middleware.AuthenticationMiddleware"


def found() -> list[tuple[str | None, str, str]]:
    return [(check.id, check.msg, check.hint or "") for check in run_checks(tags=["segment_web"])]


def test_nothing_is_wrong_with_a_good_set_up() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"REGION": "mars"}, """SEGMENT["REGION"] must be one of 'us', 'eu', not 'mars'"""),
        (
            {"REGION": "eu", "HOST": "https://api.segment.io"},
            """leave SEGMENT["HOST"] out, or set SEGMENT["REGION"] to 'us'""",
        ),
        (
            {"WRITEKEY": "k"},
            """SEGMENT["WRITEKEY"] is not a setting of segment_web; did you mean SEGMENT["WRITE_KEY"]?""",
        ),
        ({"BATCHSIZE": 5}, """did you mean SEGMENT["BATCH_SIZE"]?"""),
        ({"COOKIE": {"samesite": "None"}}, """browsers accept only where SEGMENT["COOKIE"]["secure"] is True"""),
        ({"COOKIE": {"max_age": 5}}, """SEGMENT["COOKIE"]["max_age"] is not a setting"""),
        ({"BEFORE_SEND": "shop.nowhere.clean"}, "'shop.nowhere.clean' is not: No module named 'shop'"),
        ({"USER_ID": "tests.django.nothing_here"}, "module 'tests.django' has no 'nothing_here'"),
        ({"DELIVERY": "pigeon"}, """SEGMENT["DELIVERY"] must be one of 'thread', 'console', 'file', 'null', or"""),
        ({"TRUSTED_PROXIES": ["10.0.0.0/99"]}, """SEGMENT["TRUSTED_PROXIES"] must be the number of proxies (1), or"""),
        ({"FLUSH_INTERVAL": "soon"}, """SEGMENT["FLUSH_INTERVAL"] must be a number"""),
        ({"EXIT_TIMEOUT": float("inf")}, """SEGMENT["EXIT_TIMEOUT"] must be a number between 0 and 86400, not inf."""),
    ],
)
def test_a_wrong_setting_is_an_error_that_names_the_cure(settings: Any, wrong: dict[str, Any], said: str) -> None:
    settings.SEGMENT = {"WRITE_KEY": "k", **wrong}
    [(code, message, hint)] = found()
    assert (code, hint) == ("segment_web.E001", "The README lists every setting.")
    assert said in message


def test_segment_that_is_no_dict(settings: Any) -> None:
    settings.SEGMENT = "WRITE_KEY"
    assert found()[0][:2] == ("segment_web.E001", "settings.SEGMENT must be a dict, not str.")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"creatd": "Loan Made"}, "'creatd' is no option of track_model; did you mean 'created'?"),
        ({"properties": ["dayz"]}, "track_model(Loan): the model has no field or attribute 'dayz'."),
        ("Loan Made", "the options of track_model are a dict, not str."),
    ],
)
def test_options_of_a_model_that_are_none(segment: Overridden, options: Any, said: str) -> None:
    segment(MODELS={"library.Loan": options})
    told = f"""SEGMENT["MODELS"]['library.Loan']: {said} It makes no events."""
    assert found() == [("segment_web.E003", told, "")]


@pytest.mark.parametrize("label", ["shop.Order", "Order", "library.Nothing"])
def test_a_model_that_is_not_installed(segment: Overridden, label: str) -> None:
    segment(MODELS={label: {"created": "X"}})
    [(code, message, hint)] = found()
    assert (code, hint) == ("segment_web.E002", 'Write it as "app_label.ModelName".')
    assert repr(label) in message


def test_no_write_key(segment: Overridden) -> None:
    segment(WRITE_KEY=None)
    [(code, _, hint)] = found()
    assert code == "segment_web.W001"
    assert hint.startswith('Set SEGMENT["WRITE_KEY"] to the key of the source')


@pytest.mark.parametrize("change", [{"ENABLED": False}, {"DELIVERY": "null"}])
def test_no_write_key_where_none_is_needed(segment: Overridden, change: dict[str, Any]) -> None:
    segment(WRITE_KEY=None, **change)
    assert found() == []


def test_the_middleware_is_missing(settings: Any) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != OURS]
    [(code, _, hint)] = found()
    assert code == "segment_web.W002"
    assert hint == f"Add '{OURS}' after AuthenticationMiddleware."


def test_the_middleware_stands_before_authentication(settings: Any) -> None:
    settings.MIDDLEWARE = [OURS, *[name for name in settings.MIDDLEWARE if name != OURS]]
    [(code, _, hint)] = found()
    assert (code, hint) == ("segment_web.W003", f"Move '{OURS}' below {AUTHENTICATION}.")


@pytest.mark.parametrize(
    "cache",
    [
        "django.middleware.cache.FetchFromCacheMiddleware",
        "django.middleware.cache.CacheMiddleware",
        "wagtailcache.cache.FetchFromCacheMiddleware",
    ],
)
def test_the_middleware_stands_behind_a_page_cache(settings: Any, cache: str) -> None:
    storing = cache.replace("FetchFrom", "Update")
    others = [name for name in settings.MIDDLEWARE if name != OURS]
    settings.MIDDLEWARE = [*others, cache, OURS]
    [(code, _, hint)] = found()
    assert (code, hint) == ("segment_web.W003", f"Move '{OURS}' above it, right below AuthenticationMiddleware.")
    settings.MIDDLEWARE = ["django.middleware.cache.UpdateCacheMiddleware", *others, OURS, storing, cache]
    assert found() == []


def test_a_cookie_that_the_browser_library_cannot_read(segment: Overridden) -> None:
    segment(COOKIE={"httponly": True})
    [(code, _, hint)] = found()
    assert code == "segment_web.W004"
    assert "analytics.js" in hint


def test_the_write_key_is_in_no_message(settings: Any) -> None:
    settings.SEGMENT = {"WRITE_KEY": "very-secret-key", "WRITEKEY": "very-secret-key", "REGION": "mars"}
    assert "very-secret-key" not in str(found())


@pytest.mark.django_db(databases="__all__")  # Django 6 asks each database whether it knows JSON
def test_manage_py_check_fails_on_an_error(settings: Any) -> None:
    settings.SEGMENT = {"REGION": "mars"}
    with pytest.raises(CommandError, match=r"segment_web\.E001"):
        call_command("check")


@pytest.mark.parametrize(
    ("domain", "hosts", "why"),
    [
        ("localhost", ["*"], "has a single label"),
        ("192.0.2.7", ["*"], "is an address"),
        ("https://shop.test", ["*"], "is no domain's name"),
        (".herokuapp.com", ["mine.herokuapp.com"], "belongs to everybody's sites"),
        ("shop.test", ["shop.example", "www.shop.example"], "is the domain of none of ALLOWED_HOSTS"),
        ("www.shop.test", ["shop.test"], "is the domain of none of ALLOWED_HOSTS"),
    ],
)
def test_a_cookie_domain_that_browsers_refuse(
    settings: Any, segment: Overridden, domain: str, hosts: list[str], why: str
) -> None:
    settings.ALLOWED_HOSTS = hosts
    segment(COOKIE={"domain": domain})
    [(code, message, _)] = found()
    assert code == "segment_web.W011"
    assert why in message


@pytest.mark.parametrize(
    ("wrong", "code", "said"),
    [
        ({"GROUP": "organisation_id"}, "W015", "SEGMENT[\"GROUP\"] names 'organisation_id', but User has no attribute"),
        ({"GROUP": "groups__owner__id"}, "W015", "'groups__owner__id', but Group has no attribute 'owner'"),
        ({"USER_TRAITS": ["email", "emial", "name", "is_staff"]}, "W014", "names 'emial', but User has no attribute"),
        ({"USER_ID": "uuid"}, "W013", "SEGMENT[\"USER_ID\"] names 'uuid', but User has no attribute 'uuid'"),
        ({"CONSENT": CookieConsent(name="OptanonConsent")}, "W012", "which is that of OneTrust"),
    ],
)
def test_a_setting_that_finds_nothing(segment: Overridden, wrong: dict[str, Any], code: str, said: str) -> None:
    segment(**wrong)
    [(found_code, message, hint)] = found()
    assert found_code == f"segment_web.{code}"
    assert said in message
    assert hint


def test_attributes_that_users_have(segment: Overridden) -> None:
    segment(GROUP="groups__name", USER_TRAITS=["email", "name", "is_authenticated"], USER_ID="username")
    assert found() == []


def test_a_setting_in_flasks_spelling(settings: Any) -> None:
    settings.SEGMENT_REGION = "eu"
    settings.SEGMENT_WRITE_KEY = settings.SEGMENT["WRITE_KEY"]  # which SEGMENT is made of
    told = "SEGMENT_REGION in Django's settings is not read. It has no effect."
    assert found() == [("segment_web.W016", told, 'Write SEGMENT = {"REGION": SEGMENT_REGION}.')]


def test_a_write_key_in_flasks_spelling_beside_the_quickstarts_none(settings: Any) -> None:
    settings.SEGMENT = {"WRITE_KEY": None}
    settings.SEGMENT_WRITE_KEY = None  # as SEGMENT has it: nothing is lost
    assert "segment_web.W016" not in [code for code, _, _ in found()]
    settings.SEGMENT_WRITE_KEY = "key"
    assert "SEGMENT_WRITE_KEY in Django's settings is not read. It has no effect." in [text for _, text, _ in found()]


@pytest.mark.parametrize("host", ["shop.test", "www.shop.test", ".shop.test", ".test", "*"])
def test_a_cookie_domain_that_fits(settings: Any, segment: Overridden, host: str) -> None:
    settings.ALLOWED_HOSTS = [host]
    segment(COOKIE={"domain": "shop.test"})
    assert found() == []


def test_the_middleware_without_the_application() -> None:
    """The module functions act on the project's client, and the log names the cure."""
    code = """
import django
from django.conf import settings
settings.configure(MIDDLEWARE=["segment_web.django.middleware.SegmentMiddleware"], ALLOWED_HOSTS=["*"],
    SEGMENT={"WRITE_KEY": "key", "DELIVERY": "null"}, ROOT_URLCONF="tests.journeys.project.urls")
django.setup()
from django.test import Client
import segment_web
Client().get("/books/1/", headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"})
print(segment_web.flush(), segment_web.stats().accepted)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True 1\n"
    assert 'add "segment_web.django" to INSTALLED_APPS' in done.stderr
