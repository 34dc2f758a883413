"""Where CI runs, what would be skipped fails."""

from __future__ import annotations

import pytest

from tests.house.checkout import CHECKOUT
from tests.no_skips import VARIABLE

SKIPS = """
import pytest

def test_runs(): pass

def test_skips_itself(): pytest.skip("not on this machine")

@pytest.mark.skip(reason="not today")
def test_is_marked(): pass

@pytest.mark.xfail(reason="known", strict=True)
def test_fails_as_expected(): assert False
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with this plugin and no other that happens to be installed: to load those takes longer than the tests."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("PYTHONPATH", str(CHECKOUT))
    return pytester


def run(project: pytest.Pytester) -> pytest.RunResult:
    return project.runpytest_subprocess("-p", "tests.no_skips", "-p", "no:cacheprovider", "-W", "error")


def test_elsewhere_a_skip_is_a_skip(project: pytest.Pytester) -> None:
    project.makepyfile(SKIPS)
    run(project).assert_outcomes(passed=1, skipped=2, xfailed=1)


def test_in_ci_a_skip_is_a_failure_with_its_reason(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "1")
    project.makepyfile(SKIPS)
    result = run(project)
    result.assert_outcomes(passed=1, failed=1, errors=1, xfailed=1)  # a mark is read before the test, at its set-up
    result.stdout.fnmatch_lines(["*not today*nothing may be skipped*", "*not on this machine*nothing may be skipped*"])


def test_in_ci_a_skipped_module_is_an_error(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "1")
    project.makepyfile('import pytest; pytest.importorskip("no_such_module")')
    run(project).assert_outcomes(errors=1)
