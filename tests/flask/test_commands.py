"""``flask segment``: the commands for the application's own client."""

from __future__ import annotations

import json

from flask import Flask

from segment_web.collector import CollectorServer
from segment_web.flask import Segment


def test_group_lists_its_commands(app: Flask) -> None:
    listed = app.test_cli_runner().invoke(args=["segment", "--help"])
    assert listed.exit_code == 0
    assert all(name in listed.output for name in ("doctor", "send", "snippet", "stats", "tail"))


def test_doctor_examines_this_applications_settings() -> None:
    app = Flask("shop")
    Segment(app, write_key="a-key-of-this-app", delivery="console")
    done = app.test_cli_runner().invoke(args=["segment", "doctor", "--json"])
    report = json.loads(done.output)
    assert (done.exit_code, report["ok"]) == (0, True)
    assert {"level": "ok", "name": "write_key"}.items() <= report["findings"][0].items()


def test_send_delivers_by_this_applications_client() -> None:
    app = Flask("shop")
    with CollectorServer() as server:
        Segment(app, write_key="key", host=server.url)
        sent = app.test_cli_runner().invoke(args=["segment", "send", "track", "Order Completed", "--user-id", "42"])
        app.extensions["segment"].client.close()
        assert sent.exit_code == 0, sent.output
        assert [(message["event"], message["userId"]) for message in server.messages] == [("Order Completed", "42")]


def test_wrong_arguments_are_a_usage_error(app: Flask) -> None:
    assert app.test_cli_runner().invoke(args=["segment", "stats", "--nonsense"]).exit_code == 2


def test_unknown_command_is_a_usage_error(app: Flask) -> None:
    assert app.test_cli_runner().invoke(args=["segment", "nonsense"]).exit_code == 2
