"""The README knows every setting and every reason, and its two commands."""

from __future__ import annotations

from dataclasses import Field, fields

import pytest

from segment_web.messages.advice import ADVICE
from segment_web.messages.reasons import DropReason
from segment_web.settings import NAMES, Settings
from tests.house.checkout import CHECKOUT
from tests.house.readme import missing, setup_commands, unknown

TABLES = {"setting": NAMES, "reason": tuple(DropReason)}
SAMPLE = """
| Setting | Default | Meaning |
|---------|---------|---------|
| `bots` | `"drop"` | what happens to bots |
| `before_send` | `()` | your own functions |

| Reason | Meaning |
|--------|---------|
| `bot` | it came from a bot |
"""


@pytest.fixture(scope="module")
def text() -> str:
    return (CHECKOUT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("title", TABLES)
def test_every_name_has_a_row(text: str, title: str) -> None:
    assert missing(text, title, TABLES[title]) == []


@pytest.mark.parametrize("title", TABLES)
def test_every_row_is_of_a_name_that_exists(text: str, title: str) -> None:
    assert unknown(text, title, TABLES[title]) == []


@pytest.mark.parametrize("setting", fields(Settings), ids=lambda setting: setting.name)
def test_the_row_of_a_setting_is_its_declaration(text: str, setting: Field[object]) -> None:
    row = f"| `{setting.name}` | {setting.metadata['shown']} | {setting.metadata['doc']} |"
    assert row in text.splitlines()


@pytest.mark.parametrize("reason", DropReason)
def test_panels_give_its_advice(text: str, reason: DropReason) -> None:
    row = f"| `{reason}` | {' | '.join(ADVICE[reason])} |"
    assert row.replace("|  |", "| |") in text.splitlines()


def test_two_commands_set_everything_up(text: str) -> None:
    demo, tests = setup_commands(text)
    assert demo.endswith("/segment-web demo")
    assert "/python -m pytest" in tests


def test_a_missing_row_is_noticed() -> None:
    assert missing(SAMPLE, "setting", ["bots", "before_send"]) == []
    assert missing(SAMPLE.replace("| `bots`", "| bots"), "setting", ["bots", "before_send"]) == ["bots"]
    assert missing(SAMPLE, "reason", ["bot", "before_send"]) == ["before_send"]  # the row of the setting is another


def test_a_row_too_many_is_noticed() -> None:
    assert unknown(SAMPLE, "setting", ["bots"]) == ["before_send"]
    assert unknown(SAMPLE + "| `bot` | again |\n", "reason", ["bot"]) == ["bot"]
