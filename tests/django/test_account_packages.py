"""Packages for accounts: each action is said once, by whatever it was done, and nobody is linked to another's browser.

All of it is walked through in one process with settings of its own: see ``tests/accounts_project``, which also explains
the lines.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.house.checkout import CHECKOUT

Steps = dict[str, Any]

EXPECTED: dict[str, Steps] = {
    "Django": {
        "wrong": ["Login Failed - A"],
        "login": ["identify jan A", "Signed In jan A"],
        "password": ["Password Changed jan A"],
        "logout": ["Signed Out jan A"],
    },
    "allauth": {
        "a look": ["Seen - A"],
        "sign-up": ["identify anna A", "Signed Up anna A"],
        "logout": ["Signed Out anna A"],
        "wrong password": ["Login Failed - B"],
        "login": ["identify anna B", "Signed In anna B"],
        "password": ["Password Changed anna B"],
    },
    "allauth, verified": {
        "sign-up": ["identify bea A", "Signed Up bea A"],
        "before": [],
        "confirmed elsewhere": ["identify bea - confirmed=True"],
        "login": ["identify bea A confirmed=True", "Signed In bea A"],
        "confirmed by herself": ["identify bea A confirmed=True"],
        "another one": ["identify bee A confirmed=True"],
    },
    "allauth, at once": {"confirmed": ["identify bert A confirmed=True", "Signed In bert A"]},
    "allauth, code": {
        "asked for": [],
        "wrong": ["Login Failed - A"],
        "right": ["identify anton A", "Signed In anton A"],
    },
    "allauth, reset": {"asked for": [], "reset": ["Password Changed cora -"]},
    "allauth, social": {
        "sign-up": ["identify dora A", "Signed Up dora A"],
        "login": ["identify dora A confirmed=True", "Signed In dora A"],
    },
    "dj-rest-auth, session": {
        "registration": ["identify finn A", "Signed Up finn A"],
        "logout": ["Signed Out finn A"],
        "login": ["identify finn B", "Signed In finn B"],
    },
    "simplejwt": {
        "wrong": ["Login Failed - A"],
        "login": ["identify gabi A", "Signed In gabi A"],
        "asked": ["Asked gabi A"],
        "refresh": [],
        "verify": [],
        "sliding": ["identify gabi A", "Signed In gabi A"],
        "a look": ["Seen gina A"],
        "over another's session": ["identify gabi B", "Signed In gabi B"],
    },
    "REST framework": {
        "login": ["identify hans A", "Signed In hans A"],
        "in an event loop": ["identify hans B", "Signed In hans B"],
    },
    "django-loginas, logout": {
        "ordinary": ["Signed Out otto A"],
        "login": ["identify otto B", "Signed In otto B"],
        "too late": [],
        "the next one": ["Seen - C"],
    },
    "social-auth": {
        "sign-up": ["identify ida A", "Signed Up ida A"],
        "login": ["identify ida A", "Signed In ida A"],
    },
    **{
        f"dj-rest-auth, {kind}": {
            "wrong": ["Login Failed - A"],
            "login": [f"identify {name} A", f"Signed In {name} A"],
            "asked": [f"Asked {name} A"],
            "logout": [f"Signed Out {name} A"],
            "a second factor is due": [],
        }
        for kind, name in (("JWT", "emil"), ("token", "egon"))
    },
    **{
        f"django-{package}": {
            "before": [f"Seen {admin} A"],
            "the page identified": True,
            "begin": [],
            "meanwhile": [f"Seen {customer} - impersonated"],
            "in an event loop": [f"Seen {customer} - impersonated"],
            "the page identifies": False,
            "the page says": [],
            "end": [],
            "after": [f"Seen {admin} A"],
            "logout": [],
            "the next one": ["Seen - B"],
        }
        for package, admin, customer in (("hijack", "kai", "lea"), ("loginas", "max", "nora"))
    },
}


@pytest.fixture(scope="module")
def walked() -> dict[str, Steps]:
    command = [sys.executable, "-m", "tests.accounts_project.walk"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Steps] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("package", EXPECTED)
def test_each_action_is_said_once_and_to_whom_it_belongs(walked: dict[str, Steps], package: str) -> None:
    assert walked[package] == EXPECTED[package]


def test_every_walk_is_expected(walked: dict[str, Steps]) -> None:
    assert walked.keys() == EXPECTED.keys()
