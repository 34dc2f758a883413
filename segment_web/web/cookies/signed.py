"""Cookies that only this application can have written, each good beside one anonymous id alone."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

FORMAT = "v1"  # of what stands before the signature; a cookie in another format counts as none
PURPOSE = b"segment_web.visit"  # keeps these signatures apart from all others made with the framework's secret
LARGEST = 4_096  # characters; browsers keep no larger cookie

Secrets = Sequence[str | bytes]


def sign(content: bytes, secrets: Secrets, owner: str) -> str:
    """``content`` as a cookie's value that needs no quoting: ``v1.<base64url>.<signature>``.

    The signature (HMAC-SHA-256) is made with the first of ``secrets``, of which there is at least one. It covers
    ``owner`` too, the visitor's anonymous id: beside another one the cookie is worth nothing.
    """
    text = f"{FORMAT}.{_encoded(content)}"
    return f"{text}.{_signature(text, secrets[0], owner)}"


def unsign(value: str, secrets: Secrets, owner: str) -> bytes | None:
    """What :func:`sign` was given, None for anything that was not signed with one of ``secrets`` for this ``owner``."""
    text, dot, signature = value.rpartition(".")
    if not dot or len(value) > LARGEST or not value.isascii() or not text.startswith(f"{FORMAT}."):
        return None
    if not any(hmac.compare_digest(_signature(text, secret, owner), signature) for secret in secrets):
        return None
    try:
        return urlsafe_b64decode(_padded(text[len(FORMAT) + 1 :]))
    except ValueError:  # signed, but not by us: the secret is the write key, which a page shows
        return None


def _signature(text: str, secret: str | bytes, owner: str) -> str:
    key = hmac.digest(secret if isinstance(secret, bytes) else secret.encode("utf-8", "replace"), PURPOSE, "sha256")
    return _encoded(hmac.digest(key, f"{text}.{owner}".encode("utf-8", "replace"), "sha256"))


def _encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _padded(text: str) -> str:
    return text + "=" * (-len(text) % 4)
