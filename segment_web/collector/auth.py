"""Whose request it is: the write key, from the Authorization header or from the body; and its access token."""

from __future__ import annotations

from collections.abc import Callable, Collection

from segment_web.incoming.bodies import RefusedError
from segment_web.incoming.parcel import basic_user


def write_key(authorization: str, in_body: str | None, allowed: Collection[str] | None) -> str:
    """Return the write key of a request; :class:`RefusedError` with 401 if there is none or it is not allowed.

    The header (``Basic base64(key:)``) goes before the body; either is enough (Segment's spec, "authentication").
    ``allowed=None`` allows every non-empty key.
    """
    key = basic_user(authorization) or in_body
    if not key:
        raise RefusedError(401, "no write key: neither HTTP Basic authorization nor writeKey in the body")
    if allowed is not None and key not in allowed:
        raise RefusedError(401, "this write key is not known here")
    return key


def check_token(authorization: str, is_valid: Callable[[str], bool] | None) -> None:
    """Refuse with 401 a request without an access token (RFC 6750) that is valid; ``None`` asks for none."""
    if is_valid is None:
        return
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() != "bearer" or not is_valid(token.strip()):
        raise RefusedError(401, "no valid access token: Bearer authorization is missing, expired or not known here")
