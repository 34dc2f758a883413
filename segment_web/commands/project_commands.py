"""The commands that work on an application's own client; frameworks offer them under their own tool."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from segment_web.commands.command import ProjectCommand
from segment_web.commands.doctor.command import DOCTOR
from segment_web.commands.send import SEND
from segment_web.commands.snippet import SNIPPET
from segment_web.commands.stats import STATS
from segment_web.commands.tail.command import TAIL

BY_NAME: Final[Mapping[str, ProjectCommand]] = {
    command.name: command for command in (DOCTOR, SEND, SNIPPET, STATS, TAIL)
}
