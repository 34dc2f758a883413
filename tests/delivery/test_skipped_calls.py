"""In development the terminal shows skipped calls, too."""

from __future__ import annotations

import pytest

import segment_web
from segment_web import Analytics

pytestmark = pytest.mark.once


def test_a_skipped_call_is_printed_with_reason_and_cure(capsys: pytest.CaptureFixture[str]) -> None:
    with Analytics(delivery="console", before_send=lambda message, scope: None) as client:
        client.track("Order Completed", user_id=1)
        client.page("Ho\nme")
        with segment_web.disabled():
            client.track("Fixture Loaded", user_id=1)
    printed = [line for line in capsys.readouterr().err.splitlines() if line.startswith("[segment]")]
    assert [line.partition(" (")[0] for line in printed] == [
        "[segment] track    Order Completed          skipped: before_send",
        "[segment] page     Ho\N{REPLACEMENT CHARACTER}me                    skipped: before_send",
    ]
    assert all(line.endswith("; see the log") for line in printed)


def test_another_delivery_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with Analytics("key", delivery="null") as client:
        assert client.track("Order Completed").reason == "no_user_anon_id"
    assert "[segment]" not in capsys.readouterr().err
