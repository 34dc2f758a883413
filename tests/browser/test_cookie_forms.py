"""Every form in which ids stand in cookies: what analytics.js writes the server reads, and the other way round."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from segment_web.web.cookies.ajs import ANONYMOUS_ID, GROUP_ID, USER_ID
from tests.browser.content import Content, tag
from tests.web.test_cookies import UUID, WRITTEN

if TYPE_CHECKING:
    from tests.browser.chromium import Visit

Open = Callable[..., "Visit"]
ICON = "<link rel=icon href=data:,>"
NAMES = (ANONYMOUS_ID, USER_ID, GROUP_ID)
# Has analytics.js keep an id in each of its cookies, asks the server for a page, and tells the cookies there were.
WRITE = """async ids => {
    const seen = [];
    for (const id of ids) {
        analytics.user().id(id); analytics.group().id(id); analytics.user().anonymousId(id);
        seen.push(document.cookie.split('; '));
        await fetch('/');
    }
    return seen;
}"""
# The cookie as an older version wrote it; what analytics.js and the server read there.
READ = """async text => {
    localStorage.clear();
    document.cookie = `ajs_anonymous_id=${text}; Path=/`;
    await fetch('/');
    return analytics.user().anonymousId();
}"""
# Asks the server for pages that set the group's cookie; what analytics.js reads of each.
JOIN = """async groups => {
    const seen = [];
    for (const group of groups) {
        localStorage.clear();
        await fetch('/?group=' + encodeURIComponent(group));
        seen.push([analytics.group().id(), document.cookie.split('; ').find(pair => pair.startsWith('ajs_group_id='))]);
    }
    return seen;
}"""


def test_what_analytics_js_writes_is_read(visit_each: Open) -> None:
    read: list[tuple[Any, ...]] = []

    def look(segment: Any) -> None:
        stored = segment.scope.recall().stored
        read.append((segment.anonymous_id, stored(USER_ID), stored(GROUP_ID)))

    opened = visit_each(Content(head=(ICON, tag("snippet")), say=look))
    opened.go(messages=1)
    read.clear()
    seen = opened.page.evaluate(WRITE, [*WRITTEN])
    assert [set(cookies) for cookies in seen] == [{f"{name}={text}" for name in NAMES} for text in WRITTEN.values()]
    assert read == [(value,) * len(NAMES) for value in WRITTEN]


def test_what_the_server_writes_is_read(visit_each: Open) -> None:
    def group(request: Any) -> str | None:
        query = request.GET if hasattr(request, "GET") else request.args
        found: str | None = query.get("group")
        return found

    content = Content(head=(ICON, tag("snippet")), say=lambda segment: segment.track("Seen"))
    opened = visit_each(content, group=group)
    opened.go("/sign-in?name=anna")
    opened.go(messages=1)
    # What looks like an object of JSON analytics.js takes for one, whoever wrote it.
    written = {value: text for value, text in WRITTEN.items() if not value.startswith("{")}
    seen = opened.page.evaluate(JOIN, [*written])
    assert seen == [[value, f"{GROUP_ID}={text}"] for value, text in written.items()]


def test_the_forms_of_older_versions_are_read_alike(visit: Open) -> None:
    read: list[Any] = []
    opened = visit(Content(head=(ICON, tag("snippet")), say=lambda segment: read.append(segment.anonymous_id)))
    opened.go(messages=1)
    read.clear()
    for text in (quote(json.dumps(UUID)), f'"{UUID}"', UUID):
        assert opened.page.evaluate(READ, text) == UUID
    assert read == [UUID] * 3
