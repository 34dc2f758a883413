"""The setting ``oauth``: what it takes, which token server follows from it, and what it needs installed."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from segment_web.collector import CollectorServer
from segment_web.errors import ConfigError
from segment_web.settings import load
from segment_web.settings.connection import OAuth
from tests.net.token_server import TokenServer, key_pair

PEM = key_pair().pem
APPLICATION = {"client_id": "c", "key_id": "k", "private_key": PEM}
US, EU = "https://oauth2.segment.io", "https://oauth2.eu1.segmentapis.com"


@pytest.mark.parametrize(
    ("options", "server"),
    [
        ({}, US),
        ({"region": "eu"}, EU),
        ({"host": "https://proxy.example"}, US),
        ({"region": "eu", "host": "https://proxy.example"}, EU),
        ({"oauth": {"host": "https://proxy.example/token"}}, "https://proxy.example"),
        ({"oauth": {"host": "http://127.0.0.1:80/"}, "region": "eu"}, "http://127.0.0.1:80"),
    ],
)
def test_the_token_server_is_that_of_the_region(options: dict[str, Any], server: str) -> None:
    settings = load({**options, "oauth": {**APPLICATION, **options.get("oauth", {})}})
    assert settings.token_server("default") == server


def test_each_source_has_the_token_server_of_its_region() -> None:
    sources = {"europe": {"region": "eu"}, "same": {"write_key": "k"}}
    settings = load({"oauth": APPLICATION, "sources": sources})
    assert [settings.token_server(alias) for alias in settings.aliases] == [US, EU, US]


def test_the_environment_and_frameworks_speak_it_too() -> None:
    by_environment = load(environ={"SEGMENT_OAUTH": json.dumps(APPLICATION)}).oauth
    by_framework = load(framework={"OAUTH": {name.upper(): value for name, value in APPLICATION.items()}}).oauth
    assert by_environment == by_framework == load({"oauth": APPLICATION}).oauth
    assert isinstance(by_environment, OAuth)
    assert by_environment.scope == "tracking_api:write"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"client_id": "", "key_id": ""}, "oauth must have 'client_id', 'key_id'"),
        ({"private_key": None}, "oauth must have 'private_key'"),
        (
            {"private_key": "secret.pem"},
            r"private_key\"\] must be PEM text, or a callable .* Path\('key.pem'\).read_text",
        ),
        ({"private_key": 5}, "must be PEM text"),
        ({"host": "oauth2.segment.io"}, r'oauth\["host"\] must begin with https://'),
        (
            {"client": "c"},
            r'oauth\["client"\] is not a setting of segment_web; did you mean option oauth\["client_id"\]',
        ),
    ],
)
def test_a_wrong_setting_names_the_cure_and_repeats_no_key(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence) as raised:
        load({"oauth": {**APPLICATION, **changes}})
    assert "secret" not in str(raised.value)
    assert PEM.splitlines()[1] not in str(raised.value)


def test_none_and_nothing_mean_no_oauth() -> None:
    assert load({"oauth": None}).oauth is None
    assert load(environ={"SEGMENT_OAUTH": ""}).oauth is None


WITHOUT = """
import sys
sys.modules[sys.argv[1]] = None  # importing it raises ImportError
from segment_web import Analytics
from segment_web.errors import MissingExtra
try:
    Analytics("write-key", oauth={"client_id": "c", "key_id": "k", "private_key": sys.stdin.read()})
except MissingExtra as problem:
    print(problem)
Analytics("write-key")
"""


@pytest.mark.parametrize("package", ["jwt", "cryptography"])
def test_without_the_extra_the_client_says_what_to_install(package: str) -> None:
    assert fresh(WITHOUT, package) == "the oauth setting needs an extra: pip install 'segment-web[oauth]'\n"


DELIVERING = """
import sys
from segment_web import Analytics
host, token_host = sys.argv[1:]
oauth = {"client_id": "client-1", "key_id": "key-1", "private_key": sys.stdin.read(), "host": token_host}
client = Analytics("write-key", host=host, oauth=oauth, flush_interval=0.01)
print("jwt" in sys.modules)
client.prepare()
before = set(sys.modules)
client.track("Thing Done", user_id="u")
assert client.flush(20)
print(client.stats().delivered, sorted(set(sys.modules) - before))
"""


def fresh(source: str, *arguments: str) -> str:
    """What a new interpreter prints; the private key is its standard input."""
    command = [sys.executable, "-W", "error", "-c", source, *arguments]
    return subprocess.run(command, input=PEM, capture_output=True, text=True, check=True, timeout=60).stdout


def test_all_is_imported_when_the_client_is_prepared_and_nothing_by_the_first_delivery() -> None:
    with TokenServer() as tokens, CollectorServer(tokens=tokens.is_valid) as server:
        assert fresh(DELIVERING, server.url, tokens.url) == "False\n1 []\n"
