"""Periods of time in seconds, for defaults and limits."""

from __future__ import annotations

YEAR = 31_536_000  # seconds; the lifetime analytics.js gives its own cookies
DECADE = 10 * YEAR  # seconds; every browser forgets a cookie before that (Chromium after 400 days)
HOUR = 3_600.0  # seconds
DAY = 86_400.0  # seconds; the sockets of Linux wait for 24 days at most, and the threads of Windows for 49
HALF_A_DAY = 12 * 3600.0
