"""Under a policy that allows scripts by nonce alone everything works, and the browser has nothing to complain of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.browser.conftest import KEY
from tests.browser.first_party import API, CDN
from tests.browser.policies import NONCE, NOTHING, POLICIES, Policy


@pytest.mark.parametrize("policy", POLICIES.values(), ids=[*POLICIES])
def test_no_violation(visit_on: Any, policy: Policy) -> None:
    opened = visit_on(policy.framework, policy.content(), prepare=policy.prepare, user_id="username")
    opened.go("/sign-in?name=anna")
    messages = opened.go(messages=3)
    assert sorted(message["type"] for message in messages) == ["identify", "page", "page"]
    assert opened.complaints == []


def test_the_policy_for_segments_own_hosts(visit_on: Any) -> None:
    """As the README has it; what the browser asks those hosts is answered inside the browser."""
    content = POLICIES["a view's own, Flask"].content()
    policy = f"script-src 'nonce-{NONCE}'; connect-src {CDN} {API}"
    opened = visit_on(
        "Flask", replace(content, headers={"Content-Security-Policy": policy}), snippet={"first_party": False}
    )
    asked = opened.answer_for_segment()
    with opened.page.expect_response(f"{API}/v1/p"):
        opened.go()
    assert set(asked) == {
        f"{CDN}/analytics.js/v1/{KEY}/analytics.min.js",
        f"{CDN}/v1/projects/{KEY}/settings",
        f"{API}/v1/p",
    }
    assert opened.complaints == []


def test_a_violation_would_be_noticed(visit_on: Any) -> None:
    """Without the nonce the policy blocks the snippet itself."""
    policy = POLICIES["a view's own, Flask"]._replace(options=NOTHING)
    opened = visit_on(policy.framework, policy.content())
    opened.go()
    assert any("violates the following Content Security Policy" in complaint for complaint in opened.complaints)
