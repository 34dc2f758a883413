"""The section ``first_party``: what is wrong in it is said at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from segment_web.errors import ConfigError
from segment_web.settings import load

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"origins": ["blog.example"]}, r'first_party\["origins"\] must be origins such as'),
    ({"origins": ["https://blog.example/path"]}, "origins"),
    ({"origins": ["*"]}, "origins"),
    ({"rate_limit": 0}, "between 1 and 1000000"),
    ({"library": "/nowhere/analytics.min.js"}, "existing file or folder"),
    ({"cdn": "cdn.segment.com"}, "address"),
    ({"cdn": "https://user:password@cdn.example"}, "address"),
    ({"cdn": "https://cdn.example/?x=1"}, "address"),
    ({"orgins": []}, r'did you mean option first_party\["origins"\]'),
]


@pytest.mark.parametrize(("section", "message"), WRONG, ids=[str(section) for section, _ in WRONG])
def test_a_wrong_value_names_its_cure(section: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load({"first_party": section})


def test_right_values_are_read(tmp_path: Path) -> None:
    section = {
        "origins": "https://Blog.example/, http://[::1]:8000",
        "library": tmp_path,
        "cdn": "https://cdn.example/x/",
    }
    read = load({"first_party": section}).first_party
    assert read.origins == ("https://blog.example", "http://[::1]:8000")
    assert (read.library, read.cdn, read.rate_limit) == (str(tmp_path), "https://cdn.example/x", 600)


def test_the_environment_writes_it_as_json() -> None:
    settings = load(environ={"SEGMENT_FIRST_PARTY": '{"rate_limit": null, "cdn": null, "server_events": ["X"]}'})
    assert settings.first_party.rate_limit is None
    assert settings.first_party.cdn is None
    assert settings.first_party.server_events == ("X",)
