"""The signed statement by which this application proves to the token server who it is (RFC 7523, private-key JWT).

PyJWT and cryptography come with the extra ``oauth``. They are imported here, together with all they load to sign, when
the first delivery is set up: a test compares ``sys.modules`` before and after.
"""

from __future__ import annotations

from typing import Final

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from segment_web.errors import SegmentError
from segment_web.process import fork_lock
from segment_web.settings.connection import OAuth

ALGORITHM: Final = "RS256"  # the one that Segment's token servers take
BACKDATED: Final = 5  # seconds that the issue lies back, as Segment asks: its clock and ours differ a little
LIFETIME: Final = 60  # seconds from issue to expiry, the longest that Segment accepts; it is used once, at once
LEAST_BITS: Final = 2048  # RFC 7518, 3.3


class UnusableKeyError(SegmentError):
    """The private key cannot sign; the message says why, without a character of the key."""


def client_assertion(credentials: OAuth, audience: str, *, now: float, token_id: str) -> str:
    """The signed statement, for ``audience`` (the token server's address) alone and good for a minute.

    ``now`` is the wall clock in seconds since 1970, ``token_id`` a new UUID: the server takes each only once. The key is
    fetched anew each time, so that it may rotate. Raises UnusableKeyError.
    """
    issued_at = int(now) - BACKDATED
    claims = {
        "iss": credentials.client_id,
        "sub": credentials.client_id,
        "aud": audience,
        "iat": issued_at,
        "exp": issued_at + LIFETIME,
        "jti": token_id,
    }
    pem = credentials.private_key.reveal()  # the application's own function: outside the lock
    with fork_lock.loading:  # a child forked now would find OpenSSL's own locks taken
        return jwt.encode(claims, _signing_key(pem), algorithm=ALGORITHM, headers={"kid": credentials.key_id})


def _signing_key(pem: str) -> RSAPrivateKey:
    # Environment files hold a text of several lines with its line ends spelled out; no PEM has a backslash of its own.
    text = pem.replace("\\n", "\n").encode("ascii", "replace")
    try:
        key = load_pem_private_key(text, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):  # TypeError: it is locked by a password
        raise UnusableKeyError("it is not a private key in PEM format without a password") from None
    if not isinstance(key, RSAPrivateKey) or key.key_size < LEAST_BITS:
        raise UnusableKeyError(f"it is not an RSA key of {LEAST_BITS} bits or more")
    return key
