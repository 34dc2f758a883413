"""Every error segment_web raises, in one tree.

::

    SegmentError
    ├── ConfigError(ValueError)        a setting is wrong; the message says which and what to write instead
    │   └── MissingExtra(ImportError)  a capability needs a package; the message says what to install
    ├── InvalidMessage(ValueError)     strict mode only: the caller's message breaks one of Segment's rules
    └── DeliveryError                  inside the package only: the network said no

In normal running the six calls raise none of them.
"""

from __future__ import annotations


class SegmentError(Exception):
    """The root of the tree."""


class ConfigError(SegmentError, ValueError):
    """A setting is unknown, missing or contradicts another; the message names the cure."""


class MissingExtra(ConfigError, ImportError):
    """A capability needs an optional package that is not installed."""

    def __init__(self, capability: str, extra: str) -> None:
        super().__init__(f"{capability} needs an extra: pip install 'segment-web[{extra}]'")
        self.extra = extra


class InvalidMessage(SegmentError, ValueError):
    """Raised by a call in strict mode only, for the caller's own mistake.

    ``reason`` is the discard code Segment (or this package) has for it, ``detail`` a sentence that says what is wrong.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{detail} (reason: {reason})")
        self.reason = reason
        self.detail = detail
