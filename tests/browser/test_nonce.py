"""Each script has the page's nonce, and no page has one that nobody made."""

from __future__ import annotations

import re
from typing import Any

from tests.browser.conftest import MakeSite
from tests.browser.content import Content, tag

SCRIPT = re.compile(r"<script([^>]*)>")


def test_without_a_policy_there_is_none(make_site: MakeSite) -> None:
    assert SCRIPT.findall(make_site().html()) == [""]


def test_a_nonce_that_is_handed_over_is_quoted(make_site: MakeSite) -> None:
    tags: list[Any] = [tag("snippet", nonce='a"><b'), tag("page", nonce='a"><b')]
    assert SCRIPT.findall(make_site(Content(head=tags)).html()) == [' nonce="a&quot;&gt;&lt;b"'] * 2
