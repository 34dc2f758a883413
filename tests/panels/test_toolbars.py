"""Both panels in the real toolbars, in a real browser: what they show, and that nothing of it is markup."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytest.importorskip("debug_toolbar", reason="django-debug-toolbar is not installed")

from debug_toolbar.panels import Panel
from werkzeug.serving import make_server

from tests.browser.chromium import chromium
from tests.commands.terminal import CHECKOUT, PYTHON, environ
from tests.contracts.browser import CHROME
from tests.panels.flask_site import create_app
from tests.panels.said import EVENT

SERVE = "import django; django.setup(); from tests.panels.django_site import serve; serve()"
FLASK_TAB, DJANGO_TAB = "a.flDebugSegmentPanel", "#djdt-SegmentPanel a"
NAMELESS = "\u2013"
NO_NAME = (
    "event_not_defined track() needs the event's name\n\nIt means: track without a name. What to do: name the event."
)
DISABLED = "disabled inside segment_web.disabled()\n\nIt means: inside disabled(), or enabled is off."
Sites = dict[str, str]


@pytest.fixture(scope="module")
def sites() -> Iterator[Sites]:
    """The address of each site."""
    with _django() as (wsgi, asgi), _flask() as flask:
        yield {"django": wsgi, "asgi": asgi + "/async", "flask": flask}


@contextmanager
def _django() -> Iterator[list[str]]:
    command = [*PYTHON, "-c", SERVE]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(
        command, cwd=CHECKOUT, env=environ(DJANGO_SETTINGS_MODULE="tests.panels.django_settings"), text=True, **pipes
    ) as process:  # type: ignore[call-overload]
        yield [process.stdout.readline().strip() for _ in range(2)]


@contextmanager
def _flask() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_app(), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as started:
        yield started


def stored(url: str) -> tuple[int, str]:
    """The status of a page, and its panel as the toolbar's history has it."""
    with httpx.Client(headers={"User-Agent": CHROME}, trust_env=False) as client:
        answer = client.get(url)
        name, kept = next(pair for pair in answer.headers.items() if pair[0] in ("djdt-request-id", "djdt-store-id"))
        query = {name.removeprefix("djdt-").replace("-", "_"): kept, "panel_id": "SegmentPanel"}
        content: str = client.get(f"{url[: url.index('/', 8)]}/__debug__/render_panel/", params=query).json()["content"]
        return answer.status_code, content


def seen(browser: Any, url: str, tab: str) -> tuple[Any, str]:
    """The panel, opened, and its tab's text; the browser had nothing to run that a call has brought."""
    page = browser.new_page(user_agent=CHROME, viewport={"width": 1400, "height": 1000})
    page.goto(f"{url}/?utm_source=news")
    page.click(tab)
    page.wait_for_selector(".segment-panel .sw-call")
    assert page.title() == "Shop"
    assert page.locator(".segment-panel script, .segment-panel img").count() == 0
    return page, page.locator(tab).inner_text()


@pytest.mark.parametrize(("site", "tab"), [("flask", FLASK_TAB), ("django", DJANGO_TAB), ("asgi", DJANGO_TAB)])
def test_every_call_of_a_request(browser: Any, sites: Sites, site: str, tab: str) -> None:
    page, subtitle = seen(browser, sites[site], tab)
    assert "5 calls, 1 skipped, 1 dropped" in subtitle
    names, path = [EVENT, NAMELESS, "Order Refunded", "Plan Upgraded"], "/async/" if site == "asgi" else "/"
    assert page.locator(".sw-name").all_inner_texts() == [*names, path]
    assert page.locator(".sw-state").all_inner_texts() == ["accepted", "dropped", "skipped", "accepted", "accepted"]
    first, *_, decorated, paged = page.locator(".sw-origin").all_inner_texts()
    place = f"tests/panels/{'flask' if site == 'flask' else 'django'}_site.py:"
    assert place in first
    assert decorated.replace("\n", "").startswith(f"@track_event{place}")
    assert paged == "automatic page call"
    assert page.locator(f"{tab} .djdt-nav-icon").count() == (site != "flask" and hasattr(Panel, "nav_icon"))
    assert all(re.fullmatch(r"\d+\.\d\d ms", text) for text in page.locator(".sw-time").all_inner_texts())
    assert page.locator(".sw-why").all_inner_texts() == [NO_NAME, DISABLED]
    page.locator(".sw-row").first.click()
    payload = page.locator(".sw-json").first.inner_text()
    assert all(text in payload for text in ('"total": 27.5', '"</script><img src=x onerror=', '"</pre><b>-->"'))
    facts = page.locator(".sw-columns").inner_text()
    assert all(fact in facts for fact in ("made in this request", "Campaign source", "news", "set, for 365 days"))
    assert "panel-write-key" not in page.content()
    page.close()


def test_what_is_said_late_belongs_to_its_request(sites: Sites) -> None:
    """In a stream, after a commit; what was rolled back still waits, and a view that raises has said what it said."""
    assert states(stored(sites["django"] + "/stream/")) == (200, [("Export Finished", "accepted")])
    assert states(stored(sites["django"] + "/order/"))[1][0] == ("Order Placed", "accepted")
    assert states(stored(sites["django"] + "/order/?rolled-back"))[1][0] == ("Order Placed", "waiting")
    assert states(stored(sites["django"] + "/error/")) == (500, [("Checkout Began", "accepted")])


def test_the_place_of_a_mixins_event_is_the_views_method(sites: Sites) -> None:
    _, content = stored(sites["django"] + "/shelf/")
    assert re.search(r"@track_event</span><code[^>]*>tests/panels/django_site.py:\d+</code>", content)


def states(answer: tuple[int, str]) -> tuple[int, list[tuple[str, str]]]:
    """The calls of a panel: name and state."""
    status, content = answer
    return status, re.findall(r'sw-name">(.*?)</span><span class="sw-state" data-state="(\w+)"', content)
