"""``manage.py segment``: the same commands for a Django project's client, and Django's own checks with them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from segment_web.collector import CollectorServer
from tests.commands.terminal import CHECKOUT, run

pytest.importorskip("django")

KEY = "good-key-1234"
SHOP = CHECKOUT / "example_django"


def manage(*arguments: str, tmp_path: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """``manage.py segment`` of the example shop; modules in ``tmp_path`` can be its settings."""
    paths = {"PYTHONPATH": f"{CHECKOUT}:{tmp_path}", "SHOP_DATABASE": str(tmp_path / "shop.sqlite3")}
    return run("manage.py", "segment", *arguments, cwd=SHOP, **{**paths, **settings})


def project(tmp_path: Path, code: str) -> dict[str, str]:
    """The environment of a project whose settings are the shop's and then ``code``."""
    (tmp_path / "changed_settings.py").write_text(f"from shop_project.settings import *\n{code}\n")
    return {"DJANGO_SETTINGS_MODULE": "changed_settings"}


def test_the_doctor_confirms_a_good_project(server: CollectorServer, tmp_path: Path) -> None:
    done = manage("doctor", tmp_path=tmp_path, SEGMENT_WRITE_KEY=KEY, SEGMENT_HOST=server.url)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("All is well.\n")
    assert server.wait_for(1)[0]["event"] == "segment_web Probe"


def test_the_doctor_tells_a_wrong_key_and_exits_with_1(server: CollectorServer, tmp_path: Path) -> None:
    done = manage("doctor", tmp_path=tmp_path, SEGMENT_WRITE_KEY="wrong", SEGMENT_HOST=server.url)
    assert (done.returncode, done.stderr) == (1, "")
    assert "The server does not know this write key (HTTP 401)." in done.stdout


def test_nothing_is_said_twice(tmp_path: Path) -> None:
    """Django's own checks say both as well."""
    found = project(tmp_path, "DEBUG = False\nSEGMENT = {**SEGMENT, 'WRITE_KEY': None, 'COOKIE': {'httponly': True}}")
    done = manage("doctor", "--json", tmp_path=tmp_path, **found)
    ids = [finding["id"] for finding in json.loads(done.stdout)["findings"] if finding["level"] != "ok"]
    assert (done.returncode, ids) == (1, ["write_key.missing", "cookie.httponly"])


def test_a_wrong_setting_is_a_finding(tmp_path: Path) -> None:
    """Without the middleware, which would not let the project start."""
    found = project(tmp_path, "SEGMENT = {'WRITE_KEYS': 'x'}")
    done = manage("doctor", tmp_path=tmp_path, **found)
    assert done.returncode == 1
    assert 'SEGMENT["WRITE_KEYS"] is not a setting of segment_web; did you mean SEGMENT["WRITE_KEY"]?' in done.stdout


def test_send_and_stats_use_the_projects_client(server: CollectorServer, tmp_path: Path) -> None:
    known = {"SEGMENT_WRITE_KEY": KEY, "SEGMENT_HOST": server.url}
    sent = manage("send", "track", "Shop Opened", "--user-id", "7", "--json", tmp_path=tmp_path, **known)
    assert (sent.returncode, json.loads(sent.stdout)["delivered"]) == (0, True)
    assert server.wait_for(1)[0]["context"]["app"]["name"] == "Otter & Oak"
    counted = manage("stats", "--json", tmp_path=tmp_path, **known)
    assert json.loads(counted.stdout)["accepted"] == 0  # another process, other books


def test_a_usage_error_has_exit_code_2(tmp_path: Path) -> None:
    done = manage("send", "track", tmp_path=tmp_path, SEGMENT_WRITE_KEY=KEY)
    assert done.returncode == 2
    assert "CommandError: track needs its event" in done.stderr


def test_djangos_own_options_may_stand_behind_the_command() -> None:
    from segment_web.django.management.commands.segment import Command

    parser = Command().create_parser("manage.py", "segment")
    before = parser.parse_args(["--settings", "shop.production", "--no-color", "doctor", "--strict"])
    behind = parser.parse_args(["doctor", "--strict", "--settings", "shop.production", "--no-color"])
    assert behind == before
    assert (behind.settings, behind.no_color, behind.force_color) == ("shop.production", True, False)
