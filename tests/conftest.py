"""What all tests share: pytest's own fixture for running a fresh project."""

from __future__ import annotations

pytest_plugins = ["pytester"]
