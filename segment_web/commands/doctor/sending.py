"""Whether the settings let events leave: the key, the destination, the delivery, and what switches them off."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from segment_web.commands.findings import Finding, error, ok, warning
from segment_web.commands.project import Project
from segment_web.commands.this_machine import is_this_machine
from segment_web.settings import Settings
from segment_web.settings.secret import Secret

STAYS_HERE = {
    "console": "messages are printed on the terminal",
    "file": "messages are written to a file",
    "null": "messages are thrown away",
}


def sends(settings: Settings) -> bool:
    """Whether messages are to leave this machine."""
    return settings.enabled and settings.delivery not in STAYS_HERE


def write_keys(settings: Settings, project: Project) -> Iterator[Finding]:
    """Whether each source has its key; only its last characters are shown."""
    for alias in settings.aliases:
        source = alias if len(settings.aliases) > 1 else ""
        key, _ = settings.source(alias)
        if key is None:
            level, id = (error, "write_key.missing") if sends(settings) else (warning, "write_key.unset")
            where = f'{{sources}}["{alias}"]["write_key"]' if alias in settings.sources else "{write_key}"
            cure = f"Set {where} to the key of the source (in Segment: the source, Settings, API Keys)."
            yield level(id, "No write key is set.", why=keyless(settings, project), cure=cure, source=source)
        elif not readable(key):
            yield error(
                "write_key.unreadable",
                "The callable that fetches the write key fails or returns nothing.",
                why="No event leaves.",
                cure="Mend the callable, or what it asks.",
                source=source,
            )
        else:
            yield ok("write_key", repr(key), source=source)


def keyless(settings: Settings, project: Project) -> str:
    """The consequence of a missing key."""
    if project.debug_option and not project.debug and settings.delivers_over_http:
        return f"No event leaves; with {project.debug_option} events are printed on the terminal."
    return "No event leaves."


def readable(key: Secret) -> bool:
    """Whether a key that is fetched (from a vault, say) can be fetched now."""
    try:
        return bool(key.reveal())
    except Exception:  # noqa: BLE001 - the application's own function
        return False


def destination(settings: Settings, project: Project) -> Iterator[Finding]:
    """Where messages go, and whether their way there is encrypted."""
    for where in dict.fromkeys(settings.source(alias)[1] for alias in settings.aliases):
        address = urlsplit(where)
        if address.scheme == "http" and not is_this_machine(address.hostname or ""):
            yield warning(
                "host.unencrypted",
                f"{where} is reached without encryption.",
                why="Whoever is on the way reads the write key and all data.",
                cure="Write https:// in {host}.",
            )
        else:
            region = f" (region {settings.region})" if where == settings.base_url and not settings.host else ""
            yield ok("host", where + region)


def delivery(settings: Settings, project: Project) -> Iterator[Finding]:
    """Whether messages leave this machine at all."""
    if settings.delivery in STAYS_HERE:
        yield warning(
            "delivery.local",
            f"With {settings.delivery!r} {STAYS_HERE[settings.delivery]}.",
            why="Segment gets none.",
            cure="To send for real set a write key and leave {delivery} out.",
        )
    elif settings.delivers_over_http:
        yield ok("delivery", f"thread: in the background, at most {settings.flush_interval:g} s after the event")
    else:
        yield ok("delivery", settings.delivery)


def enabled(settings: Settings, project: Project) -> Iterator[Finding]:
    """Whether anything is recorded."""
    if not settings.enabled:
        yield warning(
            "enabled.off", "{enabled} is off.", why="Nothing is recorded.", cure="Remove {enabled}, or set it to true."
        )


def bots(settings: Settings, project: Project) -> Iterator[Finding]:
    """Whether crawlers are counted."""
    if settings.bots == "keep":
        yield warning(
            "bots.kept",
            "Bots are kept.",
            why="Crawlers and health checks count as users, and Segment bills them.",
            cure="Leave {bots} at 'drop'; 'flag' marks them in context.bot.",
        )
