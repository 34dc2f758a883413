"""The settings of the snippet say what is wrong with them when they are read."""

from __future__ import annotations

from typing import Any

import pytest

from segment_web import Analytics, ConfigError


@pytest.mark.parametrize(
    ("snippet", "complaint"),
    [
        ({"souce": "web"}, 'did you mean option snippet["source"]?'),
        ({"source": "web"}, "option snippet[\"source\"] is 'web', which is not one of default, mail."),
        ({"cdn": "cdn.shop.test"}, 'option snippet["cdn"] must begin with https://'),
        ({"global_name": "x;alert(1)"}, 'option snippet["global_name"] must be a name of JavaScript'),
        ({"identify": "never"}, "option snippet[\"identify\"] must be one of 'changed', 'always'"),
        ({"load": "[]"}, 'option snippet["load"] must be a dict'),
    ],
)
def test_a_mistake_is_named(snippet: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Analytics("key", sources={"mail": {"write_key": "mail-key"}}, snippet=snippet)
    assert complaint in str(caught.value)


def test_the_environment_has_it_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGMENT_SNIPPET", '{"query_string": true, "load": {"obfuscate": true}}')
    snippet = Analytics("key").settings.snippet
    assert (snippet.query_string, snippet.load) == (True, {"obfuscate": True})
