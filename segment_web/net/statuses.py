"""What each HTTP status means for a batch, as a table."""

from __future__ import annotations

from typing import Final

from segment_web.messages.outcome import Outcome, Verdict
from segment_web.net.failures import NetworkError

PROXY_LOGIN: Final = 407
CHECK_PROXY: Final = (
    "the proxy does not pass the request on: check the user, the password and the address in the setting proxy"
)


def verdict(status: int) -> Verdict:
    """The verdict on an HTTP status code.

    Follows Segment's server libraries, with three decisions of our own: 400 and 413 may be one message's fault, so the
    batch is split; 401, 403, 404 and redirects are a wrong key or host, mended in minutes, so the source pauses and
    keeps its messages. A code outside 100-599 proves nothing and is tried again.
    """
    return _SINGLE.get(status) or _CLASS.get(status // 100, Verdict.RETRY)


def outcome_of_failure(failure: NetworkError, prefix: str = "") -> Outcome:
    """Return the outcome of a request without an answer.

    If a proxy answered that it does not pass the request on, the source pauses: this is mended in minutes. All else is
    tried again.
    """
    is_refused = 400 <= failure.status < 500 and verdict(failure.status) is not Verdict.RETRY
    found, cure = (Verdict.PAUSE, CHECK_PROXY) if is_refused else (Verdict.RETRY, "")
    return Outcome(found, f"{prefix}{failure.kind}: {failure}", cure=cure)


_CLASS: Final = {
    1: Verdict.RETRY,  # surfaced only when a server switches protocols unasked
    2: Verdict.DELIVERED,
    3: Verdict.PAUSE,  # a redirect would carry the write key to another host, and proves no acceptance
    4: Verdict.REFUSE,
    5: Verdict.RETRY,
}

_SINGLE: Final = {
    400: Verdict.SPLIT,
    413: Verdict.SPLIT,
    401: Verdict.PAUSE,
    403: Verdict.PAUSE,
    404: Verdict.PAUSE,
    407: Verdict.PAUSE,  # a proxy's answer, not the server's
    408: Verdict.RETRY,
    410: Verdict.RETRY,
    429: Verdict.RETRY,
    460: Verdict.RETRY,  # a load balancer's "the client went away"
    501: Verdict.REFUSE,
    505: Verdict.REFUSE,
    511: Verdict.REFUSE,
}
