"""The loader that pages contain: made of its source, and small on every page."""

from __future__ import annotations

from typing import Any

import pytest

from segment_web.browser.loader import loader
from tests.browser.conftest import MakeSite
from tests.browser.content import Content, tag
from tests.browser.minified import minified

LARGEST = 3_000  # bytes, uncompressed
KEY, NONCE = "k" * 32, "bm9uY2Vub25jZW5vbmNlbg=="


@pytest.mark.once
def test_it_is_made_of_its_source() -> None:
    """``python -m tests.browser.minified`` makes it anew."""
    assert minified() == f"{loader()}\n"


@pytest.mark.parametrize("proxied", [True, False])
def test_a_snippet_is_small(make_site: MakeSite, proxied: bool) -> None:
    options: dict[str, Any] = {"name": "Home", "nonce": NONCE}
    html = make_site(Content(head=[tag("snippet", **options)]), proxied=proxied, write_key=KEY).html()
    snippet = html[html.index("<script") : html.index("</script>") + len("</script>")]
    assert len(snippet.encode()) <= LARGEST
