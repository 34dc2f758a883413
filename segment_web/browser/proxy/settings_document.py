"""The settings document that analytics.js starts with, made first party: every address in it is this host's."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import orjson

from segment_web.browser.proxy.file import MAX_FILE, File
from segment_web.incoming.bodies import RefusedError, decode, read_object
from segment_web.settings.first_party import CDN

SEGMENT = "Segment.io"  # what Segment calls itself among the integrations
SETTINGS_DEPTH = 4  # names below the mount: v1/projects/<key>/settings

_ADDRESS = re.compile(r"(https?)://([^/?#]+)([^?#]*)", re.IGNORECASE)


class Mount(NamedTuple):
    """Where the browser finds the proxy: ``host`` with its port, ``path`` with its first and last slash."""

    protocol: str
    host: str
    path: str

    @property
    def api_host(self) -> str:
        """Segment's name for where events go: without a protocol, with ``/v1``."""
        return f"{self.host}{self.path}v1"


def mount_of(url: str) -> Mount | None:
    """The mount of the proxy whose settings document is asked for at ``url``; None when the framework rejects the
    host."""
    found = _ADDRESS.match(url)
    if found is None:
        return None
    return Mount(found[1].lower(), found[2], found[3].rsplit("/", SETTINGS_DEPTH)[0] + "/")


def first_party(upstream: File | None, *, key: str, mount: Mount, cdn: str | None) -> File:
    """The document for ``key``: Segment's own, or the least that analytics.js starts with when there is none.

    Without settings analytics.js sends nothing at all. Its reports about itself are switched off.
    """
    document = _read(upstream)
    integrations = document.get("integrations")
    document["integrations"] = integrations = dict(integrations) if isinstance(integrations, dict) else {}
    known = integrations.get(SEGMENT)
    integrations[SEGMENT] = {
        **(known if isinstance(known, dict) else {}),
        "apiKey": key,
        "apiHost": mount.api_host,
        "protocol": mount.protocol,
    }
    document["metrics"] = {"sampleRate": 0}
    plugins = document.get("remotePlugins")
    if isinstance(plugins, list):
        document["remotePlugins"] = [_own(plugin, mount, cdn) for plugin in plugins]
    return File(orjson.dumps(document))


def _read(upstream: File | None) -> dict[str, Any]:
    try:
        return {} if upstream is None else read_object(decode(upstream.body, upstream.encoding, limit=MAX_FILE))
    except RefusedError:
        return {}  # as good as none


def _own(plugin: object, mount: Mount, cdn: str | None) -> object:
    """A destination's code comes by way of the proxy, too."""
    if not isinstance(plugin, dict) or not isinstance(url := plugin.get("url"), str):
        return plugin
    for base in filter(None, (cdn, CDN)):
        if url.startswith(f"{base}/"):
            return {**plugin, "url": f"{mount.protocol}://{mount.host}{mount.path}{url[len(base) + 1 :]}"}
    return plugin
