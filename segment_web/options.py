"""The settings as their users write them, for type checkers: keyword options, and the dict of Django's settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypedDict

Key = str | Callable[[], str] | None


class ClientOptions(TypedDict, total=False):
    """Every setting but the write key, which comes first."""

    sources: Mapping[str, Mapping[str, Any]]
    source_router: Callable[[Any, Any], str | None] | str | None
    oauth: Mapping[str, Any] | None
    region: Literal["us", "eu"]
    host: str | None
    enabled: bool
    strict: bool
    delivery: str
    delivery_file: str
    batch_size: int
    batch_bytes: int
    flush_interval: float
    queue_size: int
    queue_bytes: int
    when_full: Literal["drop_newest", "drop_oldest"]
    max_retries: int | None
    retry_budget: float
    request_timeout: float
    rate_limit: float | None
    exit_timeout: float
    dedupe_secret: Key
    app: Mapping[str, Any] | None
    gzip: bool
    proxy: Key
    ca_file: str | None
    page_views: bool
    exclude_paths: Sequence[str]
    request_filter: Callable[[Any], bool] | str | None
    trusted_proxies: int | Sequence[str]
    ip: Literal["full", "mask", "none"]
    bots: Literal["drop", "flag", "keep"]
    prefetches: Literal["drop", "keep"]
    cookie: Mapping[str, Any]
    first_party: Mapping[str, Any]
    user_id: str | Callable[[Any], Any]
    user_traits: Sequence[str] | Callable[[Any], Mapping[str, Any]]
    group: str | Callable[[Any], Any] | None
    visit: Mapping[str, Any] | bool | None
    models: Mapping[str, Mapping[str, Any]]
    user_loader: str | Callable[[Any], Any] | None
    auth_events: Mapping[str, str | bool | None] | Literal[False]
    impersonated: Callable[[Any], bool] | str | None
    context: Callable[[Any], Mapping[str, Any] | None] | str | None
    integrations: Mapping[str, Any] | None
    click_ids: bool
    client_hints: bool
    consent: Callable[[Any], bool | Mapping[str, bool] | None] | str | None
    respect_gpc: bool
    respect_dnt: bool
    privacy: Mapping[str, Any]
    snippet: Mapping[str, Any]
    before_send: Sequence[Callable[[Any, Any], Any] | str] | Callable[[Any, Any], Any] | str


class Options(ClientOptions, total=False):
    """Every setting of segment_web, checked as it is written: ``SEGMENT: Options = {"write_key": key, "page_views": True}``.

    Django takes the names in lower case too; these are also the keyword options of ``Analytics``, ``configure`` and Flask's
    ``Segment``. What each means says the README's table; ``segment_web.settings`` reads them, and has the defaults.
    """

    write_key: Key
