"""What can be said of settings by reading them: which keep events from leaving, and which surprise."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from segment_web.commands.findings import Finding, error, ok, warning
from segment_web.settings import Settings
from segment_web.settings.secret import Secret
from segment_web.web.cookie_domains import fault

STAYS_HERE = {
    "console": "messages are printed on the terminal",
    "file": "messages are written to a file",
    "null": "messages are thrown away",
}


def advise(settings: Settings) -> Iterator[Finding]:
    """Findings on the key, the destination, the delivery, and whatever else deserves a word."""
    yield write_key(settings)
    yield destination(settings)
    yield delivery(settings)
    if not settings.enabled:
        yield warning("enabled", "off: nothing is recorded", "Remove the setting enabled, or set it to true.")
    if settings.bots == "keep":
        yield warning(
            "bots",
            "kept: crawlers and health checks count as users, and Segment bills them",
            "Leave bots at 'drop'; 'flag' marks them in context.bot.",
        )
    yield from cookie(settings)


def write_key(settings: Settings) -> Finding:
    """Whether there is a key; only its last characters are shown."""
    if settings.write_key is None:
        text, cure = "none is set", "Set SEGMENT_WRITE_KEY to the key of your source (Settings, API Keys)."
        needed = settings.enabled and settings.delivery not in STAYS_HERE
        return error("write_key", text, cure) if needed else warning("write_key", text, cure)
    return ok("write_key", repr(settings.write_key)) if readable(settings.write_key) else unreadable()


def readable(key: Secret) -> bool:
    """Whether a key that is fetched (from a vault, say) can be fetched now."""
    try:
        return bool(key.reveal())
    except Exception:  # noqa: BLE001 - the application's own function
        return False


def unreadable() -> Finding:
    return error("write_key", "the callable that fetches it fails or returns nothing", "Mend the callable.")


def destination(settings: Settings) -> Finding:
    """Where messages go, and whether their way there is encrypted."""
    where = settings.base_url + ("" if settings.host else f" (region {settings.region})")
    address = urlsplit(settings.base_url)
    if address.scheme == "http" and not is_this_machine(address.hostname or ""):
        return warning("host", f"{where}: the key and all data travel unencrypted", "Use https:// in host.")
    return ok("host", where)


def is_this_machine(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def delivery(settings: Settings) -> Finding:
    """Whether messages leave this machine at all."""
    if settings.delivery in STAYS_HERE:
        text = f"{settings.delivery}: {STAYS_HERE[settings.delivery]}, Segment gets none"
        return warning("delivery", text, "Set a write key and leave delivery out to send for real.")
    if settings.delivery == "thread":
        return ok("delivery", f"thread: in the background, at most {settings.flush_interval:g} s after the event")
    return ok("delivery", settings.delivery)


def cookie(settings: Settings) -> Iterator[Finding]:
    """What keeps the anonymous id from doing its work."""
    if settings.cookie.httponly:
        yield warning(
            "cookie",
            "httponly hides the anonymous id from analytics.js, which then makes another one",
            "Leave httponly out, unless no page loads analytics.js.",
        )
    if settings.cookie.domain is not None and (why := fault(settings.cookie.domain)):
        yield warning("cookie", f"the domain {settings.cookie.domain} {why}", "The README says which domain to set.")
    if settings.visit is not None and settings.cookie.mode != "issue":
        yield warning("visit", "no visit is kept, because no cookie is set", "Use cookie mode 'issue'.")
    if settings.cookie.samesite == "Strict":
        yield warning(
            "cookie",
            "samesite Strict: visitors who follow a link from elsewhere come without their anonymous id",
            "Use 'Lax', the default.",
        )
    if settings.cookie.mode == "off":
        yield warning("cookie", "off: events of visitors who are not logged in are dropped", "Use mode 'issue'.")
