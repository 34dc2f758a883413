"""A pytest plugin: where ``SEGMENT_WEB_CI`` is set, a test that would be skipped fails, so that nothing is left out
unseen."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import TypeVar

import pytest

VARIABLE = "SEGMENT_WEB_CI"
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skipped test."""
    return failed_if_skipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A skipped module."""
    return failed_if_skipped((yield))


def failed_if_skipped(report: Report) -> Report:
    """The report, which says "failed" and why where it said "skipped" and ``SEGMENT_WEB_CI`` is set."""
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get(VARIABLE):
        report.outcome = "failed"
        report.longrepr = f"{reason_of(report)} -- and where {VARIABLE} is set nothing may be skipped"
    return report


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    return str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
