"""The settings of the connection to Segment: keys, endpoint, sources, TLS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from segment_web.settings import kinds
from segment_web.settings.kinds import option
from segment_web.settings.load import parse, section
from segment_web.settings.proxy import ProxyUrl, proxy
from segment_web.settings.secret import Secret
from segment_web.settings.section import Key, Section

HOSTS = {"us": "https://api.segment.io", "eu": "https://events.eu1.segmentapis.com"}  # Segment's Tracking API
TOKEN_SERVERS = {"us": "https://oauth2.segment.io", "eu": "https://oauth2.eu1.segmentapis.com"}  # Segment's OAuth
DEFAULT_SOURCE = "default"  # the alias of the client's own write_key and host


class ConnectionOptions(TypedDict, total=False):
    """The settings of this section as their users write them."""

    sources: Mapping[str, Mapping[str, Any]]
    source_router: Callable[[Any, Any], str | None] | str | None
    oauth: Mapping[str, Any] | None
    region: Literal["us", "eu"]
    host: str | None
    gzip: bool
    proxy: Key
    ca_file: str | None


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


def base_url(region: str, host: str | None) -> str:
    """The endpoint without ``/v1``, which users may write or not."""
    return HOSTS[region] if host is None else host.rstrip("/").removesuffix("/v1").rstrip("/")


@dataclass(frozen=True, kw_only=True)
class ConnectionSettings(Section):
    """The settings of this section as the package reads them."""

    write_key: Secret | None = option(
        kinds.optional(kinds.secret), None, doc="the source's key; a callable that returns it is called for each batch"
    )
    sources: Mapping[str, Source] = option(
        sources,
        {},
        doc=(
            'more sources by alias: `{"marketing": {"write_key": ..., "region": ..., "host": ...}}`; '
            '`track(..., source="marketing")`'
        ),
    )
    source_router: Callable[..., str | None] | None = option(
        kinds.optional(kinds.function),
        None,
        doc="`callable(message, scope)` that returns an alias, or None for the default",
    )
    oauth: OAuth | None = option(
        kinds.optional(section(OAuth)),
        None,
        doc="dict: an OAuth application besides the key, see [OAuth](#oauth); needs the extra `oauth`",
    )
    region: Literal["us", "eu"] = option(kinds.choice("us", "eu"), "us", doc='`"us"` or `"eu"`')
    host: str | None = option(
        kinds.optional(kinds.text),
        None,
        doc=("another endpoint, as `https://collector.example`; overrides `region`, a trailing `/v1` is accepted"),
    )
    gzip: bool = option(kinds.flag, True, doc="compress what is sent; the `fast` extra makes it six times cheaper")
    proxy: ProxyUrl | None = option(
        kinds.optional(proxy),
        None,
        doc=(
            "the `http://` URL of a proxy to go through, or a callable that returns it; the "
            "environment's is not used. If the proxy asks for another user or password (407), "
            "delivery is paused"
        ),
    )
    ca_file: str | None = option(
        kinds.optional(kinds.text),
        None,
        doc="certificates (PEM) to trust besides the public ones; verification cannot be turned off",
    )

    def check(self) -> None:
        check_host(self.host)
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
