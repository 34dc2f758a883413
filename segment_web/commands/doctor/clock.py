"""Whether this machine and a server agree on the time, by the Date header of an answer (RFC 9110, 6.6.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from segment_web.commands.findings import Finding, ok, warning
from segment_web.messages.wire import LIBRARY
from segment_web.net.failures import NetworkError
from segment_web.net.session import Session
from segment_web.settings import Settings
from segment_web.version import VERSION

TOLERATED: Final = timedelta(minutes=5)  # what signed tokens commonly allow
PATIENCE: Final = 3.0  # seconds; whether the server answers at all is the probe's to say
ENOUGH: Final = 1_024  # bytes of the answer; its headers are what counts


def clock(settings: Settings, base_url: str, *, timeout: float) -> Iterator[Finding]:
    """Asks for the server's root, without a key, and compares; nothing where there is no date to compare with."""
    session = Session(timeout=min(timeout, PATIENCE), proxy=settings.proxy, ca_file=settings.ca_file)
    try:
        answer = session.get(f"{base_url}/", {"User-Agent": f"{LIBRARY}/{VERSION}"}, limit=ENOUGH)
    except NetworkError:
        return
    finally:
        session.close()
    theirs = read(answer.headers.get("date", ""))
    if theirs is not None:
        yield compared(datetime.now(UTC) - theirs)


def read(header: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(header)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def compared(ahead: timedelta) -> Finding:
    """``ahead`` is by how much this machine's clock is ahead of the server's."""
    if abs(ahead) <= TOLERATED:
        return ok("clock", "agrees with the server's")
    direction = "ahead of" if ahead > timedelta(0) else "behind"
    return warning(
        "clock.wrong",
        f"This machine's clock is {length(abs(ahead))} {direction} the server's.",
        why="Segment moves all times by the difference to sentAt, so events that come with a timestamp of their own are "
        "moved too; certificates and OAuth tokens are refused.",
        cure="Synchronise it (timedatectl set-ntp true, or chrony); the clock of a container is its host's.",
    )


def length(time: timedelta) -> str:
    """In the unit that people would use."""
    minutes = time / timedelta(minutes=1)
    if minutes < 120:
        return f"{minutes:.0f} minutes"
    return f"{minutes / 60:.0f} hours" if minutes < 48 * 60 else f"{minutes / 1440:.0f} days"
