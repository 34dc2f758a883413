"""The fixtures are there in any project that has segment_web installed, and cost nothing where they are not used."""

from __future__ import annotations

import pytest


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """An empty project without Django."""
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    return pytester


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return project.runpytest_subprocess("-q", "-p", "no:cacheprovider", "-W", "error", *arguments)


def test_segment_events_captures(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import segment_web

        def test_it(segment_events):
            segment_web.track("Order Completed", {"total": 27.5}, user_id="42")
            segment_events.assert_tracked("Order Completed", user_id=42, properties={"total": 27.5})
    """)
    run(project).assert_outcomes(passed=1)


def test_a_failed_assert_is_shown_at_the_line_of_the_test(project: pytest.Pytester) -> None:
    project.makepyfile("""
        def test_it(segment_events):
            segment_events.assert_tracked("Order Completed")
    """)
    result = run(project)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([">*segment_events.assert_tracked*", "E*no call is as expected*", "test_*.py:2:*"])
    result.stdout.no_fnmatch_line("*captured.py*")


def test_segment_server_is_a_real_one_that_answers_by_script(project: pytest.Pytester) -> None:
    project.makepyfile("""
        from segment_web import Analytics

        def test_it(segment_server):
            segment_server.answer(429, retry_after=0)
            with Analytics("key", host=segment_server.url) as analytics:
                analytics.track("Order Completed", user_id="42")
            assert [message["event"] for message in segment_server.wait_for(1)] == ["Order Completed"]
            assert [batch.status for batch in segment_server.batches] == [429, 200]
            assert segment_server.messages[0]["userId"] == "42"
    """)
    run(project).assert_outcomes(passed=1)


def test_without_werkzeug_segment_server_says_what_to_install(project: pytest.Pytester) -> None:
    project.makepyfile(werkzeug="raise ImportError('No module named werkzeug')")
    project.makepyfile("def test_it(segment_server): pass")
    result = run(project)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*the collector needs an extra: pip install 'segment-web[[]collector[]]'*"])


def test_unused_the_plugin_imports_nothing_heavy(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import sys

        def test_it(request):
            assert request.config.pluginmanager.has_plugin("segment_web")
            heavy = {"flask", "httpx", "httpcore", "werkzeug", "sqlite3", "segment_web.testing.capture"}
            assert heavy.isdisjoint(sys.modules)
    """)
    run(project).assert_outcomes(passed=1)
