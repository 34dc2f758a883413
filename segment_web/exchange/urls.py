"""A request's URL as a browser would show it in ``location.href``, whatever the framework decoded of it."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

DEFAULT_PORTS = {"http": "80", "https": "443"}  # RFC 9110, sections 4.2.1 and 4.2.2
PATH = "/:@!$&'()*+,;="  # stay as they are in a path, beside letters, digits and -._~ (RFC 3986, section 3.3)
CACHED = 64  # origins remembered; an application has one or a few
QUERY = PATH + "?%[]"  # in a query also what is encoded already, and brackets, which browsers leave alone

# What ``quote`` would return as it is: most paths and queries.
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_.~/:@!$&'()*+,;=-]+")
_PLAIN_QUERY = re.compile(r"[A-Za-z0-9_.~/:@!$&'()*+,;=?%\[\]-]+")
_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


def absolute_url(scheme: str, host: str, path: str, query: str) -> str:
    """The URL in URI form: ``path`` is decoded text, ``query`` is raw and without its ``?``.

    Path and query alone if ``host`` is no host; the scheme's own port is left out, as browsers do.
    """
    rest = path if _PLAIN_PATH.fullmatch(path) else quote(path, safe=PATH, errors="replace") or "/"
    if query:
        rest += "?" + (query if _PLAIN_QUERY.fullmatch(query) else quote(query, safe=QUERY, errors="replace"))
    return _origin(scheme, host) + rest


@lru_cache(maxsize=CACHED)
def _origin(scheme: str, host: str) -> str:
    if _HOST.fullmatch(host) is None:
        return ""
    return f"{scheme}://{host.removesuffix(':' + DEFAULT_PORTS.get(scheme, ''))}"


def wsgi_text(text: str) -> str:
    """Decode a variable of WSGI, in which each byte of UTF-8 is a character of Latin-1 (PEP 3333)."""
    return text if text.isascii() else text.encode("latin-1", "replace").decode("utf-8", "replace")
