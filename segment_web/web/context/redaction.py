"""What must not leave in a URL: secret parameters, e-mail addresses, user names and passwords."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from segment_web.settings.requests import REDACTED_PARAMETERS

DEFAULT_PARAMETERS: frozenset[str] = frozenset(REDACTED_PARAMETERS)
REDACTED = "[redacted]"
CACHED = 16  # compiled lists of parameters; an application has one

_TAIL = re.compile(r"[?#]")
_USERINFO = re.compile(r"(\s*(?:[A-Za-z][A-Za-z0-9+.-]*:)?//)[^/?#\\]*@")
_AT = re.compile(r"@|%(?:25)*40")
_TOP_LEVEL = re.compile(r"\.(?:[^\W\d_]{2}|%)")  # a dot and letters: neither lodash@4.17.21 nor @52.5,13.4

# An e-mail address ends at what separates the parts of a URL or of a list. Here and below an escape may be escaped
# again (%253D), as in a URL that is the parameter of another.
_SEPARATOR = re.compile(r"""([/?&=#;:,<>()"\s\\]|%(?:25)*(?:2[023689CF]|3[A-F]|5C|0[9AD]))""", re.IGNORECASE)


def redact_url(url: str, parameters: Collection[str]) -> str:
    """The URL (absolute or relative) without its secrets, all else byte for byte as it was.

    ``[redacted]`` stands for the values of ``parameters`` (names in any case or encoding, in query and fragment, also
    in a URL that is itself a value) and for e-mail addresses; user name and password before the host are removed.
    """
    tail = _TAIL.search(url)
    at = len(url) if tail is None else tail.start()
    path = url[:at]
    if "@" in path:
        path = _USERINFO.sub(r"\1", path, count=1) if _USERINFO.match(path) else path
    return _redacted(path, parameters) + _redacted(url[at:], parameters)


def redact_query(query: str, parameters: Collection[str]) -> str:
    """A raw query string, with or without its ``?``, redacted as ``redact_url`` does it."""
    return _redacted(f"?{query}", parameters)[1:]


def _redacted(text: str, parameters: Collection[str]) -> str:
    escaped = "%" in text
    if escaped or "=" in text:
        secrets = _secrets(parameters if isinstance(parameters, frozenset) else frozenset(parameters))
        readable = (unquote(text) if escaped else text).lower()
        if [word for word in secrets.words if word in readable]:
            text = secrets.pattern.sub(rf"\1{REDACTED}", text)
    if "@" in text or (escaped and _AT.search(text)):
        text = "".join([REDACTED if _is_email(piece) else piece for piece in _SEPARATOR.split(text)])
    return text


class _Secrets(NamedTuple):
    words: tuple[str, ...]  # one of them is in every text that the pattern, which is slower, matches
    pattern: re.Pattern[str]


@lru_cache(maxsize=CACHED)
def _secrets(parameters: frozenset[str]) -> _Secrets:
    names = sorted({name.lower() for name in parameters if name})
    words = tuple(name for name in names if not any(other in name for other in names if other != name))
    either = "|".join(map(_spellings, names)) or "(?!)"
    opening = r"(?:[?&;#]|%(?:25)*(?:3F|26|3B|23))"
    return _Secrets(words, re.compile(rf"({opening}(?:{either})(?:=|%(?:25)*3D))[^&#]+", re.IGNORECASE))


def _spellings(name: str) -> str:
    return "".join(f"(?:{re.escape(char)}|{_escaped(char.lower())}|{_escaped(char.upper())})" for char in name)


def _escaped(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogatepass"))


def _is_email(piece: str) -> bool:
    at = _AT.search(piece, 1)  # something stands before the sign
    return at is not None and _TOP_LEVEL.search(piece, at.end()) is not None
