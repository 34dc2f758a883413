"""The settings as their users write them, for type checkers: keyword options, and the dict of Django's settings."""

from __future__ import annotations

from segment_web.settings.automatic import AutomaticOptions
from segment_web.settings.browser import BrowserOptions
from segment_web.settings.connection import ConnectionOptions
from segment_web.settings.consent import ConsentOptions
from segment_web.settings.delivery import DeliveryOptions
from segment_web.settings.messages import MessageOptions
from segment_web.settings.requests import RequestOptions
from segment_web.settings.section import Key
from segment_web.settings.visitors import VisitorOptions

__all__ = ["ClientOptions", "Key", "Options"]


class ClientOptions(
    ConnectionOptions,
    DeliveryOptions,
    MessageOptions,
    RequestOptions,
    VisitorOptions,
    AutomaticOptions,
    ConsentOptions,
    BrowserOptions,
    total=False,
):
    """Every setting but the write key, which comes first."""


class Options(ClientOptions, total=False):
    """Every setting of segment_web, checked as it is written: ``SEGMENT: Options = {"write_key": key, "page_views": True}``.

    Django takes the names in lower case too; these are also the keyword options of ``Analytics``, ``configure`` and Flask's
    ``Segment``. What each means says the README's table; ``segment_web.settings`` reads them, and has the defaults.
    """

    write_key: Key
