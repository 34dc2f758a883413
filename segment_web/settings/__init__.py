"""Every setting of segment_web: one frozen dataclass, one typed line each; all four spellings follow from it.

``region`` on ``Analytics``, ``SEGMENT["REGION"]`` in Django, ``SEGMENT_REGION`` in Flask and in the environment. Code
wins over framework configuration, which wins over the environment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from segment_web.settings import kinds
from segment_web.settings.first_party import FirstParty
from segment_web.settings.kinds import option
from segment_web.settings.load import Spelling, parse, read, section
from segment_web.settings.proxy import ProxyUrl, proxy
from segment_web.settings.secret import Secret
from segment_web.settings.snippet import Snippet
from segment_web.settings.visit import VisitSettings, visit

HOSTS = {"us": "https://api.segment.io", "eu": "https://events.eu1.segmentapis.com"}  # Segment's Tracking API
TOKEN_SERVERS = {"us": "https://oauth2.segment.io", "eu": "https://oauth2.eu1.segmentapis.com"}  # Segment's OAuth
DEFAULT_SOURCE = "default"  # the alias of the client's own write_key and host
PREFIX = "SEGMENT_"
YEAR = 31_536_000  # seconds; the lifetime analytics.js gives its own cookies
DECADE = 10 * YEAR  # seconds; every browser forgets a cookie before that (Chromium after 400 days)
HOUR = 3_600.0  # seconds
DAY = 86_400.0  # seconds; the sockets of Linux wait for 24 days at most, and the threads of Windows for 49
REDACTED_PARAMETERS = (
    "token password passwd secret key api_key apikey access_token code state signature sig session sessionid auth reset"
).split()
EXCLUDED_PATHS = (
    "/static/ /media/ /favicon.ico /robots.txt /health /healthz /livez /readyz /ping /status /admin/ /__debug__/"
).split()
DELIVERIES = ("thread", "console", "file", "null")
QUEUE_BYTES = 32 * 1024 * 1024
HALF_A_DAY = 12 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieSettings:
    """How the anonymous id is kept in the browser; the defaults are what analytics.js itself uses."""

    name: str = option(kinds.text, "ajs_anonymous_id")
    age: int = option(kinds.integer(least=1, most=DECADE), YEAR)
    domain: str | None = option(kinds.optional(kinds.text), None)
    samesite: str = option(kinds.choice("Lax", "Strict", "None"), "Lax")
    secure: bool | None = option(kinds.optional(kinds.flag), None)
    httponly: bool = option(kinds.flag, False)
    mode: str = option(kinds.choice("issue", "read", "off"), "issue")
    at_login: str = option(kinds.choice("keep", "renew"), "keep")
    partitioned: bool = option(kinds.flag, False)

    def __post_init__(self) -> None:
        if self.partitioned and (self.samesite == "Strict" or self.secure is False):
            raise ValueError("{partitioned} is on: leave out {samesite} and {secure}.")
        if self.partitioned:  # browsers keep such a cookie with these attributes only
            object.__setattr__(self, "samesite", "None")
            object.__setattr__(self, "secure", True)
        if self.samesite == "None" and self.secure is not True:
            raise ValueError('{samesite} is "None", which browsers accept only where {secure} is True.')


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """What is taken out of captured data."""

    url_params: tuple[str, ...] = option(kinds.strings, REDACTED_PARAMETERS)


def named(usual: str) -> Callable[[Any], str | None]:
    """An event's name: True stands for the usual one, None for no event."""

    def read(value: Any) -> str | None:
        return usual if value is True else kinds.optional(kinds.text)(value)

    return read


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthEvents:
    """The names of the events that authentication makes; None turns one off, True takes the usual name."""

    signed_up: str | None = option(named("Signed Up"), "Signed Up")
    signed_in: str | None = option(named("Signed In"), "Signed In")
    signed_out: str | None = option(named("Signed Out"), "Signed Out")
    login_failed: str | None = option(named("Login Failed"), None)
    password_changed: str | None = option(named("Password Changed"), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One more destination of messages; without ``region`` and ``host`` it has those of the client."""

    write_key: Secret | None = option(kinds.optional(kinds.secret), None)
    region: str | None = option(kinds.optional(kinds.choice("us", "eu")), None)
    host: str | None = option(kinds.optional(kinds.text), None)

    def __post_init__(self) -> None:
        check_host(self.host)


def sources(value: Any) -> Mapping[str, Source]:
    """Sources by their alias; ``default`` is the client's own and cannot be given anew."""
    given = kinds.mapping(value)
    found: dict[str, Source] = {
        name: parse(section(Source), options, f'{kinds.HERE}["{name}"]') for name, options in given.items()
    }
    if DEFAULT_SOURCE in found:
        raise ValueError(f"leave the alias {DEFAULT_SOURCE!r} to write_key itself")
    return found


def check_host(host: str | None) -> None:
    """Raise ValueError for an address that cannot be a setting ``host``."""
    if host is None:
        return
    if any(sign in host for sign in "@?#"):  # not shown: it may have a password
        raise ValueError("{host} must be an address without a user, a password or a query, which would never be sent.")
    if not host.startswith(("https://", "http://")):
        raise ValueError(f"{{host}} must begin with https:// (or http:// for a local collector), not {host!r}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth:
    """An OAuth application of Segment's, whose tokens authorise deliveries; ``host`` replaces its token server."""

    client_id: str = option(kinds.text, "")
    key_id: str = option(kinds.text, "")
    private_key: Secret = option(kinds.optional(kinds.private_key), None)
    scope: str = option(kinds.text, "tracking_api:write")
    host: str | None = option(kinds.optional(kinds.text), None)

    def __post_init__(self) -> None:
        if missing := [repr(name) for name in ("client_id", "key_id", "private_key") if not getattr(self, name)]:
            raise ValueError(f"{kinds.HERE} must have {', '.join(missing)}, from the OAuth application in Segment.")
        check_host(self.host)


def auth_events(value: Any) -> AuthEvents:
    """``False`` turns all off; ``False`` for one event turns that one off."""
    if value is False or value in ("false", "0"):
        value = dict.fromkeys(("signed_up", "signed_in", "signed_out"))
    if isinstance(value, Mapping):
        value = {name: event or None for name, event in value.items()}
    read_section = section(AuthEvents)
    events: AuthEvents = read_section(value)
    return events


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings with their defaults; the README's table says what each means."""

    write_key: Secret | None = option(kinds.optional(kinds.secret), None)
    sources: Mapping[str, Source] = option(sources, {})
    source_router: Callable[..., str | None] | None = option(kinds.optional(kinds.function), None)
    oauth: OAuth | None = option(kinds.optional(section(OAuth)), None)
    region: Literal["us", "eu"] = option(kinds.choice("us", "eu"), "us")
    host: str | None = option(kinds.optional(kinds.text), None)
    enabled: bool = option(kinds.flag, True)
    strict: bool = option(kinds.flag, False)
    delivery: str = option(kinds.text_or_dotted(*DELIVERIES), "thread")
    delivery_file: str = option(kinds.text, "segment-events.jsonl")
    batch_size: int = option(kinds.integer(least=1, most=2500), 500)
    batch_bytes: int = option(kinds.integer(least=33_000, most=475_000), 475_000)
    flush_interval: float = option(kinds.number(most=DAY), 1.0)
    queue_size: int = option(kinds.integer(least=1, most=10**9), 10_000)
    queue_bytes: int = option(kinds.integer(least=33_000, most=2**40), QUEUE_BYTES)
    when_full: str = option(kinds.choice("drop_newest", "drop_oldest"), "drop_newest")
    max_retries: int | None = option(kinds.optional(kinds.integer(least=0, most=10**6)), None)
    retry_budget: float = option(kinds.number(most=YEAR), HALF_A_DAY)
    request_timeout: float = option(kinds.number(least=0.1, most=HOUR), 15.0)
    rate_limit: float | None = option(kinds.optional(kinds.number(least=0.001, most=10**6)), None)
    exit_timeout: float = option(kinds.number(most=DAY), 5.0)
    dedupe_secret: Secret | None = option(kinds.optional(kinds.secret), None)
    app: Mapping[str, Any] | None = option(kinds.optional(kinds.mapping), None)
    gzip: bool = option(kinds.flag, True)
    proxy: ProxyUrl | None = option(kinds.optional(proxy), None)
    ca_file: str | None = option(kinds.optional(kinds.text), None)
    page_views: bool = option(kinds.flag, False)
    exclude_paths: tuple[str, ...] = option(kinds.strings, EXCLUDED_PATHS)
    request_filter: Callable[..., bool] | None = option(kinds.optional(kinds.function), None)
    trusted_proxies: int | tuple[str, ...] = option(kinds.proxies, ())
    ip: str = option(kinds.choice("full", "mask", "none"), "full")
    bots: str = option(kinds.choice("drop", "flag", "keep"), "drop")
    prefetches: str = option(kinds.choice("drop", "keep"), "drop")
    cookie: CookieSettings = option(section(CookieSettings), None)
    first_party: FirstParty = option(section(FirstParty), None)
    user_id: str | Callable[..., Any] = option(kinds.attribute, "pk")
    user_traits: tuple[str, ...] | Callable[..., Any] = option(kinds.attributes, ())
    group: str | Callable[..., Any] | None = option(kinds.optional(kinds.attribute), None)
    visit: VisitSettings | None = option(visit, None)
    models: Mapping[str, Any] = option(kinds.mapping, {})
    user_loader: str | Callable[..., Any] | None = option(kinds.optional(kinds.attribute), None)
    auth_events: AuthEvents = option(auth_events, None)
    impersonated: Callable[..., bool] | None = option(kinds.optional(kinds.function), None)
    context: Callable[..., Any] | None = option(kinds.optional(kinds.function), None)
    integrations: Mapping[str, Any] | None = option(kinds.optional(kinds.mapping), None)
    click_ids: bool = option(kinds.flag, False)
    client_hints: bool = option(kinds.flag, False)
    consent: Callable[..., Any] | Literal["cookie"] | None = option(kinds.optional(kinds.function_or("cookie")), None)
    respect_gpc: bool = option(kinds.flag, False)
    respect_dnt: bool = option(kinds.flag, False)
    privacy: Privacy = option(section(Privacy), None)
    snippet: Snippet = option(section(Snippet), None)
    before_send: tuple[Callable[..., Any], ...] = option(kinds.functions, ())

    def __post_init__(self) -> None:
        check_host(self.host)
        if self.snippet.source not in (None, *self.aliases):
            raise ValueError(
                f'{{snippet}}["source"] is {self.snippet.source!r}, which is none of {", ".join(self.aliases)}.'
            )
        if self.region == "eu" and self.base_url == HOSTS["us"]:
            raise ValueError(
                "{region} is 'eu' but {host} is Segment's US endpoint; leave {host} out, or set {region} to 'us'."
            )

    @property
    def base_url(self) -> str:
        """Where messages go, without ``/v1``: ``host`` if given, else the region's endpoint."""
        return base_url(self.region, self.host)

    @property
    def aliases(self) -> tuple[str, ...]:
        """All sources, the client's own first."""
        return (DEFAULT_SOURCE, *self.sources)

    @property
    def keyless(self) -> tuple[str, ...]:
        """The sources that cannot deliver for want of a key."""
        return tuple(alias for alias in self.aliases if self.delivery == "thread" and self.source(alias)[0] is None)

    def source(self, alias: str) -> tuple[Secret | None, str]:
        """The key and the endpoint of a source."""
        if alias == DEFAULT_SOURCE:
            return self.write_key, self.base_url
        source = self.sources[alias]
        if source.region is None and source.host is None:
            return source.write_key, self.base_url
        return source.write_key, base_url(source.region or self.region, source.host)

    def token_server(self, alias: str) -> str:
        """Where the OAuth token of a source comes from: its region's server, unless ``oauth["host"]`` says another."""
        if self.oauth is not None and self.oauth.host is not None:
            return self.oauth.host.rstrip("/").removesuffix("/token").rstrip("/")
        region = None if alias == DEFAULT_SOURCE else self.sources[alias].region
        return TOKEN_SERVERS[region or self.region]


def base_url(region: str, host: str | None) -> str:
    """The endpoint without ``/v1``, which users may write or not."""
    return HOSTS[region] if host is None else host.rstrip("/").removesuffix("/v1").rstrip("/")


NAMES = tuple(setting.name for setting in fields(Settings))


def load(
    code: Mapping[str, Any] | None = None,
    framework: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
    *,
    spelling: Spelling = str.upper,
) -> Settings:
    """The settings of one client.

    ``code`` holds keyword options (lower-case names), ``framework`` a framework's keys (upper-case names, prefix
    removed), ``environ`` the process environment (``SEGMENT_*``). ``spelling`` writes a framework key as its user does,
    for errors. Raises ConfigError for unknown names in the first two and for wrong values in all three.
    """
    environ, code = environ or {}, code or {}
    found = {name: environ[PREFIX + name.upper()] for name in NAMES if PREFIX + name.upper() in environ}
    lowered = {_lower(str(name)): value for name, value in (framework or {}).items()}

    def in_environ(name: str) -> str:
        return f"environment variable {PREFIX}{name.upper()}"

    def in_framework(name: str) -> str:
        return spelling(name.upper())

    def anywhere(name: str) -> str:
        if name in code or name not in {*lowered, *found}:
            return f"option {name}"
        return in_framework(name) if name in lowered else in_environ(name)

    read(Settings, found, spelling=in_environ)
    own = read(Settings, lowered, spelling=in_framework)
    if isinstance(framework, dict) and own.proxy is not None:  # a debug page shows the dict: without the password, then
        framework["PROXY" if "PROXY" in framework else "proxy"] = own.proxy
    return read(Settings, {**found, **lowered, **code}, spelling=anywhere)


def _lower(name: str) -> str:
    """Framework keys are upper-case; other spellings stay as they are, and are known only if they are a setting's."""
    return name.lower() if name.isupper() else name
