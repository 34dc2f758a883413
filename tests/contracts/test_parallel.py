"""Requests that are answered at the same time, on threads or as tasks, are never taken for one another."""

from __future__ import annotations

from collections import Counter

from segment_web.collector import CollectorServer
from tests.contracts.browser import Browser
from tests.contracts.conftest import Framework
from tests.contracts.said import said

NAMES = ["anna", "berta", "clara", "dora", "edda"]


def test_users_never_mix(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app()
    visitors = {name: Browser(app) for name in NAMES}
    for name, visitor in visitors.items():
        visitor.post(f"/sign-up?name={name}")
    users = {message["anonymousId"]: message["userId"] for message in said(app, segment)}
    segment.clear()
    app.driver.together([visitor.request("GET", f"/meet?name={name}") for name, visitor in visitors.items()])
    came = Counter((m["event"], m["properties"]["name"], m["anonymousId"], m["userId"]) for m in said(app, segment))
    ids = {name: str(visitor.anonymous_id) for name, visitor in visitors.items()}
    assert len(set(ids.values())) == len(set(users.values())) == len(NAMES)
    assert came == Counter((event, name, ids[name], users[ids[name]]) for event in ("Came", "Went") for name in NAMES)


def test_newcomers_get_an_id_each(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app()
    visitors = [Browser(app) for _ in NAMES]
    asked = [visitor.request("GET", f"/meet?name={name}") for name, visitor in zip(NAMES, visitors, strict=True)]
    for visitor, answer in zip(visitors, app.driver.together(asked), strict=True):
        visitor.keep(answer)
    ids = dict(zip(NAMES, (visitor.anonymous_id for visitor in visitors), strict=True))
    assert len(set(ids.values())) == len(NAMES)
    for message in said(app, segment):
        assert message["anonymousId"] == ids[message["properties"]["name"]]


def test_pages_are_those_of_their_own_requests(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app()
    app.driver.together([Browser(app).request("GET", f"/meet?name={name}") for name in NAMES])
    messages = said(app, segment)
    assert len(messages) == 2 * len(NAMES)
    for message in messages:
        assert message["context"]["page"]["search"] == f"?name={message['properties']['name']}"
