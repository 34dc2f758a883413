"""``flask segment doctor | send | snippet | stats | tail``: the commands for this application's client."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from functools import partial

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from segment_web.commands.command import IN_A_PROJECT, Host, ProjectCommand
from segment_web.commands.ending import ended
from segment_web.commands.output import Output, wants_colour
from segment_web.errors import SegmentError
from segment_web.flask.installed import EXTENSION


def connect(app: Flask) -> None:
    """Adds the group to ``flask``."""
    app.cli.add_command(SegmentGroup("segment", help=IN_A_PROJECT))


class SegmentGroup(AppGroup):
    """A skin: arguments and bodies are those of ``segment-web``, imported when the group is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the bodies."""
        return list(_bodies())

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """A command that leaves its arguments to the body's own parser."""
        body = _bodies().get(name)
        if body is None:
            return None
        return click.Command(
            name,
            params=[click.Argument(["arguments"], nargs=-1, type=click.UNPROCESSED)],
            callback=with_appcontext(partial(_run, body)),
            short_help=body.summary,
            add_help_option=False,
            context_settings={"ignore_unknown_options": True},
        )


def _bodies() -> Mapping[str, ProjectCommand]:
    from segment_web.commands.project_commands import BY_NAME

    return BY_NAME


def _run(body: ProjectCommand, arguments: tuple[str, ...]) -> None:
    from segment_web.flask.project import project

    parser = ArgumentParser(prog=f"flask segment {body.name}")
    body.declare(parser)
    options = parser.parse_args(arguments)
    output = Output(sys.stdout, json=options.json, colour=wants_colour(sys.stdout))
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    host = Host(lambda: app.extensions[EXTENSION].client, lambda: project(app))
    try:
        exit_code = ended(lambda: body.run(options, host, output).exit_code, output)
    except SegmentError as problem:
        raise click.UsageError(str(problem)) from problem
    if exit_code:
        sys.exit(exit_code)
