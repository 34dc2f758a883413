"""The examples are whole: the demo drives each one, and Django's own checks find nothing to say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from segment_web.commands.demo.shops import SHOPS
from tests.house.checkout import CHECKOUT

MANAGE = {
    "the checks": ("check", "--fail-level", "WARNING"),
    "the migrations are complete": ("makemigrations", "--check", "--dry-run"),
}


def test_every_example_is_driven_by_the_demo() -> None:
    """An example that does not run in the tests does not exist; tests/commands/ runs the demo with each."""
    folders = {path.name for path in CHECKOUT.glob("example_*")}
    assert folders == {shop.folder for shop in SHOPS.values()}


@pytest.mark.parametrize("arguments", MANAGE.values(), ids=MANAGE)
def test_the_django_example_passes(arguments: tuple[str, ...], tmp_path: Path) -> None:
    environ = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "shop_project.settings",
        "SEGMENT_WRITE_KEY": "a-key",
        "SHOP_DATABASE": str(tmp_path / "shop.sqlite3"),
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "manage.py", *arguments],
        cwd=CHECKOUT / "example_django",
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
