"""What the pages with a toolbar say: an event whose every text would be markup if it were not escaped."""

from __future__ import annotations

EVENT = "<script>document.title = 'owned'</script>"
PROPERTIES = {"</script><img src=x onerror=\"document.title='owned'\">": "</pre><b>-->", "total": 27.5}
PAGE = "<!doctype html><html><head><title>Shop</title><link rel=icon href=data:,></head><body>Hello</body></html>"
