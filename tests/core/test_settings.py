"""One name, four spellings; what is wrong is told with its cure."""

from __future__ import annotations

import json
import pickle
import traceback
from typing import Any

import pytest

from segment_web import Analytics, ConfigError
from segment_web.compose import TRANSPORTS, transport_factory
from segment_web.settings import NAMES, Settings, load
from segment_web.settings.delivery import DELIVERIES
from segment_web.settings.secret import Secret


def test_code_wins_over_the_framework_which_wins_over_the_environment() -> None:
    environ = {"SEGMENT_BATCH_SIZE": "1", "SEGMENT_QUEUE_SIZE": "1", "SEGMENT_EXIT_TIMEOUT": "1"}
    settings = load({"batch_size": 3}, {"BATCH_SIZE": 2, "QUEUE_SIZE": 2}, environ)
    assert (settings.batch_size, settings.queue_size, settings.exit_timeout) == (3, 2, 1.0)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("gzip", "off", False),
        ("flush_interval", "0.5", 0.5),
        ("app", '{"name": "shop"}', {"name": "shop"}),
        ("user_traits", "email, username", ("email", "username")),
        ("trusted_proxies", "2", 2),
        ("trusted_proxies", "10.0.0.0/8", ("10.0.0.0/8",)),
        ("before_send", "tests.core.test_settings.keep", None),
        ("max_retries", "", None),
        ("host", "", None),
    ],
)
def test_the_environment_speaks_text(name: str, text: str, value: Any) -> None:
    settings = load(environ={f"SEGMENT_{name.upper()}": text})
    assert getattr(settings, name) == (value if name != "before_send" else (keep,))


def keep(message: Any, scope: Any) -> Any:
    return message


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"regoin": "eu"}, "option regoin is not a setting of segment_web; did you mean option region?"),
        ({"region": "asia"}, "option region must be one of 'us', 'eu', not 'asia'."),
        ({"batch_size": 9999}, "option batch_size must be a whole number between 1 and 2500, not 9999."),
        ({"batch_size": "many"}, "option batch_size must be a whole number between 1 and 2500, not 'many'."),
        ({"host": "api.segment.io"}, "option host must begin with https://"),
        (
            {"host": "https://me:pass@segment.test"},
            "option host must be an address without a user, a password or a query",
        ),
        ({"region": "eu", "host": "https://api.segment.io/v1"}, "leave option host out, or set option region to 'us'"),
        (
            {"cookie": {"samesite": "None"}},
            'option cookie["samesite"] is "None", which browsers accept only where option cookie["secure"] is True.',
        ),
        (
            {"cookie": {"partitioned": True, "secure": False}},
            'leave out option cookie["samesite"] and option cookie["secure"]',
        ),
        ({"cookie": {"age": 0}}, 'option cookie["age"] must be a whole number between 1 and 315360000, not 0.'),
        ({"sources": {"mail": {"hots": "x"}}}, 'did you mean option sources["mail"]["host"]?'),
        (
            {"auth_events": {"login": True}},
            'auth_events["login"] is not a setting of segment_web; there are signed_up, sign',
        ),
        ({"consent": "coookie"}, "must be 'cookie', a callable or its dotted path, not 'coookie'."),
        ({"group": 3}, "must be the name of an attribute, a callable or its dotted path, not 3."),
        ({"context": "no.such.module"}, "must be importable"),
        ({"context": "json.nothing"}, "module 'json' has no 'nothing'"),
        ({"write_key": 5}, "must be the key as a string"),
        ({"enabled": "perhaps"}, "must be true or false"),
    ],
)
def test_a_wrong_setting_names_the_cure(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load(options)
    assert sentence in str(raised.value)


def test_a_framework_key_is_named_as_its_user_wrote_it() -> None:
    with pytest.raises(ConfigError, match=r'SEGMENT\["REGOIN"\].*did you mean SEGMENT\["REGION"\]'):
        load(framework={"REGOIN": "eu"}, spelling=lambda name: f'SEGMENT["{name}"]')


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("COOKIE", {"samesite": "no"}, """["samesite"] must be one of 'Lax', 'Strict', 'None'"""),
        ("SOURCES", {"mail": {"host": "mail.test"}}, '["mail"]["host"] must begin with https://'),
        ("VISIT", {"cookie": "a b"}, '["cookie"] must be a cookie\'s name'),
        ("AUTH_EVENTS", {"signed_up": 7}, '["signed_up"] must be a string'),
        ("OAUTH", {"client_id": "c"}, " must have 'key_id', 'private_key'"),
        ("SNIPPET", {"source": "web"}, "[\"source\"] is 'web', which is not one of default"),
        ("HOST", "api.segment.io", " must begin with https://"),
    ],
)
@pytest.mark.parametrize("where", ["framework", "environment"])
def test_a_setting_within_a_setting_is_named_as_its_user_wrote_it(
    where: str, setting: str, value: Any, sentence: str
) -> None:
    text = value if isinstance(value, str) else json.dumps(value)
    given: dict[str, Any] = {
        "framework": {"framework": {setting: value}},
        "environment": {"environ": {f"SEGMENT_{setting}": text}},
    }
    with pytest.raises(ConfigError) as raised:
        load(**given[where], spelling=lambda name: f'SEGMENT["{name}"]')
    spelled = f'SEGMENT["{setting}"]' if where == "framework" else f"environment variable SEGMENT_{setting}"
    assert str(raised.value).startswith(spelled + sentence)


def test_a_key_that_is_no_text_is_unknown() -> None:
    with pytest.raises(ConfigError, match="1 is not a setting of segment_web"):
        load(framework={1: 2})  # type: ignore[dict-item]


def test_an_unknown_delivery_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="'thread', 'console', 'file', 'null'"):
        transport_factory(Settings(delivery="carrier-pigeon"))


def test_every_setting_is_an_option_of_the_client() -> None:
    defaults = Settings()
    options = {name: getattr(defaults, name) for name in NAMES}
    assert Analytics(**options).settings == defaults


def test_the_write_key_never_shows(caplog: pytest.LogCaptureFixture) -> None:
    client = Analytics("canary-0123456789", delivery="null")
    shown = [repr(client), str(client.settings), f"{client.settings.write_key:>30}", str(client.stats())]
    shown += [repr(pickle.dumps(client.settings.write_key)), repr(Secret(lambda: "canary-0123456789"))]
    assert not [text for text in shown if "canary" in text]
    assert "***6789" in shown[0]


def test_a_key_may_be_fetched_anew_and_a_broken_vault_hides_itself() -> None:
    assert Secret(lambda: "rotated-key").reveal() == "rotated-key"
    assert repr(Secret(lambda: "".join(None))) == "***"  # type: ignore[arg-type]


def test_each_delivery_has_a_transport() -> None:
    assert tuple(TRANSPORTS) == DELIVERIES


def test_the_traceback_of_a_wrong_key_holds_nothing_but_text() -> None:
    with pytest.raises(ConfigError) as raised:
        load({"cookie": {"samesite": "x"}}, environ={})
    shown = "".join(traceback.format_exception(raised.value))
    assert 'option cookie["samesite"] must be one of' in shown
    assert "\0" not in shown
