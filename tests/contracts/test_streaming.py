"""Each chunk of a streaming response is made in its request's scope, and between two chunks nobody's is current."""

from __future__ import annotations

from segment_web.collector import CollectorServer
from segment_web.scopes.current import current
from tests.contracts.browser import ANONYMOUS_ID, Browser
from tests.contracts.conftest import Framework
from tests.contracts.said import label, said


def test_each_chunk_speaks_for_the_visitor(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app()
    visitor = Browser(app)
    visitor.post("/sign-up?name=anna")
    answer = visitor.get("/stream?from=here")
    *_, signed_up, first, second, third = said(app, segment)
    assert answer.body == b"012"
    for number, row in enumerate((first, second, third)):
        assert (label(row), row["properties"]) == ("Row Streamed", {"number": number})
        assert (row["anonymousId"], row["userId"]) == (signed_up["anonymousId"], signed_up["userId"])
        assert row["context"]["page"]["search"] == "?from=here"


def test_a_stream_issues_no_id_that_its_response_cannot_carry(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app()
    newcomer = Browser(app)
    newcomer.get("/stream")
    arrived = {message["anonymousId"] for message in said(app, segment)}
    assert arrived <= {newcomer.anonymous_id}


def test_after_the_last_chunk_nobody_is_here(framework: Framework) -> None:
    visitor = framework.browser()
    visitor.cookies[ANONYMOUS_ID] = "0f1e2d3c"
    assert visitor.get("/stream").body == b"012"
    assert current() is None
