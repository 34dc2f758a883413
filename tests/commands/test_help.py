"""The help: what there is fits into a terminal, and each command says what it does, whatever the skin."""

from __future__ import annotations

from argparse import ArgumentParser

import pytest

from segment_web.cli.main import COMMANDS, build_parser
from segment_web.commands.command import ProjectCommand


def test_what_there_is_fits_into_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert max(map(len, build_parser().format_help().splitlines())) <= 80


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_command_says_what_it_does(command: ProjectCommand) -> None:
    parser = ArgumentParser()
    command.declare(parser)
    assert parser.description == f"{command.summary[0].upper()}{command.summary[1:]}."
