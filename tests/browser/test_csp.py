"""Under a policy that allows scripts by nonce alone everything works, and the browser has nothing to complain of."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.policies import NOTHING, POLICIES, Policy


@pytest.mark.parametrize("policy", POLICIES.values(), ids=[*POLICIES])
def test_no_violation(visit_on: Any, policy: Policy) -> None:
    opened = visit_on(policy.framework, policy.content(), prepare=policy.prepare, user_id="username")
    opened.go("/sign-in?name=anna")
    messages = opened.go(messages=3)
    assert sorted(message["type"] for message in messages) == ["identify", "page", "page"]
    assert opened.complaints == []


def test_a_violation_would_be_noticed(visit_on: Any) -> None:
    """Without the nonce the policy blocks the snippet itself."""
    policy = POLICIES["a view's own, Flask"]._replace(options=NOTHING)
    opened = visit_on(policy.framework, policy.content())
    opened.go()
    assert any("violates the following Content Security Policy" in complaint for complaint in opened.complaints)
