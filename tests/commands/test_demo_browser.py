"""The shopper's browser: forms as they are on the page."""

from __future__ import annotations

from segment_web.commands.demo.forms import Form, forms_of

PAGE = """
<form action="/search/"><input name="q" value="tea"><button>Go</button></form>
<p><input name="stray" value="1"></p>
<form action="/cart/" method="post">
  <input type="hidden" name="token" value="a&amp;b">
  <select name="size"><option value="1">1</option><option value="2" selected>2</option></select>
  <textarea name="note"></textarea><input type="submit">
</form>
"""


def test_forms_hold_what_a_browser_would_send() -> None:
    assert forms_of(PAGE) == [
        Form("/search/", {"q": "tea"}),
        Form("/cart/", {"token": "a&b", "size": "2", "note": ""}),
    ]
