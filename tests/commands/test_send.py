"""``segment-web send``: one message, and an honest word on whether it arrived."""

from __future__ import annotations

import json

import pytest

from segment_web.collector import CollectorServer
from tests.commands.terminal import segment_web

KEY = "good-key-1234"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ["track", "Order Completed", "--user-id", "42", "--properties", '{"total": 5}'],
            {"type": "track", "event": "Order Completed", "userId": "42", "properties": {"total": 5}},
        ),
        (
            ["identify", "42", "--traits", '{"plan": "pro"}'],
            {"type": "identify", "userId": "42", "traits": {"plan": "pro"}},
        ),
        (
            ["page", "Home", "--category", "Docs", "--anonymous-id", "a1"],
            {"type": "page", "name": "Home", "category": "Docs", "anonymousId": "a1"},
        ),
        (["screen", "Home", "--user-id", "42"], {"type": "screen", "name": "Home", "userId": "42"}),
        (["group", "acme", "--user-id", "42"], {"type": "group", "groupId": "acme", "userId": "42"}),
        (["alias", "42", "--previous-id", "a1"], {"type": "alias", "userId": "42", "previousId": "a1"}),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_each_of_the_six_calls_arrives(
    server: CollectorServer, arguments: list[str], expected: dict[str, object]
) -> None:
    done = segment_web("send", *arguments, "--json", SEGMENT_WRITE_KEY=KEY, SEGMENT_HOST=server.url)
    assert (done.returncode, done.stderr) == (0, "")
    said = json.loads(done.stdout)
    (message,) = server.wait_for(1)
    assert {**message, **expected, "messageId": said["messageId"]} == message
    assert said["delivered"] is True


def test_options_for_every_call_are_passed_on(server: CollectorServer) -> None:
    more = ["--message-id", "m1", "--timestamp", "2026-01-02T03:04:05Z", "--context", '{"ip": "192.0.2.7"}']
    done = segment_web("send", "track", "X", "--user-id", "1", *more, SEGMENT_WRITE_KEY=KEY, SEGMENT_HOST=server.url)
    assert done.stdout == "✓ delivered, message id m1\n"
    (message,) = server.wait_for(1)
    assert message["originalTimestamp"].startswith("2026-01-02T03:04:05")
    assert message["context"]["ip"] == "192.0.2.7"


def test_a_wrong_key_is_told_at_once(server: CollectorServer) -> None:
    done = segment_web("send", "track", "X", "--user-id", "1", SEGMENT_WRITE_KEY="wrong", SEGMENT_HOST=server.url)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == "✗ not delivered: HTTP 401; doctor says more\n"


def test_a_refused_message_is_not_called_delivered(server: CollectorServer) -> None:
    server.answer(400, times=None)
    done = segment_web("send", "track", "X", "--user-id", "1", "--json", SEGMENT_WRITE_KEY=KEY, SEGMENT_HOST=server.url)
    assert done.returncode == 1
    assert (json.loads(done.stdout)["delivered"], json.loads(done.stdout)["error"]) == (False, "HTTP 400")


def test_a_server_that_is_down_is_waited_for_as_long_as_asked(nobody: str) -> None:
    arguments = ["send", "track", "X", "--user-id", "1", "--timeout", "0.5"]
    done = segment_web(*arguments, SEGMENT_WRITE_KEY=KEY, SEGMENT_HOST=nobody)
    assert done.returncode == 1
    assert "not delivered: connect: no connection to" in done.stdout


@pytest.mark.once
def test_what_stays_on_this_machine_is_not_called_delivered() -> None:
    done = segment_web("send", "track", "X", "--user-id", "1", SEGMENT_WRITE_KEY=KEY, SEGMENT_DELIVERY="console")
    assert done.returncode == 1
    assert "✗ not delivered: with delivery 'console' messages are printed on the terminal" in done.stdout
    assert "[segment] track    X" in done.stderr


def test_a_message_without_identity_is_not_sent_and_says_why(server: CollectorServer) -> None:
    done = segment_web("send", "track", "X", SEGMENT_WRITE_KEY=KEY, SEGMENT_HOST=server.url)
    assert done.returncode == 1
    assert done.stdout.startswith("✗ not sent: no_user_anon_id (")
    assert server.batches == []


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["track"], "track needs its event: send track NAME."),
        (["group"], "group needs its group id: send group NAME."),
        (["alias"], "alias needs the user id: send alias USER_ID --previous-id ID."),
        (["track", "X", "--traits", "{}"], "track takes no --traits."),
        (["identify", "1", "--user-id", "2"], "the user id is given twice: '1' and --user-id."),
    ],
)
def test_what_a_call_cannot_take_is_a_usage_error(arguments: list[str], complaint: str) -> None:
    done = segment_web("send", *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"segment-web: {complaint}\n")


@pytest.mark.parametrize("text", ["[1]", "{", "5"])
def test_properties_must_be_a_json_object(text: str) -> None:
    done = segment_web("send", "track", "X", "--properties", text)
    assert done.returncode == 2
    assert "argument --properties" in done.stderr
