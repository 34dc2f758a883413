"""``tail``: events in a terminal as they arrive, from a collector and from a file."""

from __future__ import annotations

import io
import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
from flask import Flask

from segment_web.collector import CollectorServer
from segment_web.commands.output import Output
from segment_web.commands.tail.collector import CollectorFeed
from segment_web.commands.tail.shown_message import ShownMessage, Wanted
from segment_web.errors import ConfigError
from tests.browser.first_party import serving
from tests.collector.messages import batch, track
from tests.commands.terminal import CHECKOUT, PYTHON, SECONDS, environ, segment_web

# A shell may have started the tests with Ctrl-C ignored, which children inherit.
INTERRUPTIBLE = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from segment_web.cli.main import main
sys.exit(main(["tail", *sys.argv[1:]]))
"""
AT = "2026-01-05T12:00:00.000Z"


class Tail:
    """``segment-web tail`` beside the test; it is there when it says that it follows."""

    def __init__(self, *arguments: str, **settings: str) -> None:
        command = [*PYTHON, "-c", INTERRUPTIBLE, *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, cwd=CHECKOUT, env=environ(COLUMNS="200", **settings), **pipes)  # type: ignore[call-overload]

    def said(self) -> str:
        """The next thing that is no event."""
        return str(self.process.stderr.readline()).strip()

    def line(self) -> str:
        """The next event."""
        return str(self.process.stdout.readline()).rstrip("\n")

    def interrupted(self) -> tuple[int, str, str]:
        """Ctrl-C: the exit code, and what else was said."""
        self.process.send_signal(signal.SIGINT)
        return (self.process.wait(SECONDS), *self.process.communicate())


@contextmanager
def tail(*arguments: str, **settings: str) -> Iterator[Tail]:
    running = Tail(*arguments, **settings)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.communicate()


def post(server: CollectorServer, *messages: object) -> None:
    httpx.post(f"{server.url}/v1/batch", json=batch(*messages), auth=("good-key-1234", ""), trust_env=False)


def test_a_collector_is_followed_over_an_outage(server: CollectorServer) -> None:
    post(server, *(track(f"m{n}", event=f"Early {n}", userId="u1") for n in range(3)))
    with tail("--last", "2", SEGMENT_HOST=server.url) as running:
        assert ["Early 1" in running.line(), "Early 2" in running.line()] == [True, True]
        assert running.said() == f"following {server.url}; Ctrl-C ends it"
        post(
            server, track("m4", event="Order\x1b[31m Completed", userId="u1", properties={"total": 27.5, "sku": "mug"})
        )
        post(server, track("m5", event="Bad", userId=7.5))
        words = running.line().split()
        assert words[1:] == ["track", "Order\N{REPLACEMENT CHARACTER}[31m", "Completed", "u1", "total=27.5", "sku=mug"]
        assert "✗ discarded: id_not_string" in running.line()
        server.stop()
        assert running.said().startswith(f"lost {server.url} (")
        server.start()
        post(server, track("m6", event="After All", userId="u1"))
        assert "After All" in running.line()
        assert running.said() == f"{server.url} is back"
        assert running.interrupted() == (130, "", "")


def test_a_file_is_followed_wherever_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    known = {"SEGMENT_DELIVERY": "file", "SEGMENT_DELIVERY_FILE": str(path)}
    with tail("--json", "--type", "track", "--event", "Order *", "--user", "u1", **known) as running:
        assert running.said() == f"following {path}; Ctrl-C ends it"
        with path.open("w") as file:
            file.write(
                "no message\n"
                + "".join(line(event, user) for event in ("Order Placed", "Shop Seen") for user in ("u1", "u2"))
            )
        assert json.loads(running.line()) == {
            "at": AT,
            "status": "written",
            "code": None,
            "message": said("Order Placed", "u1"),
        }
        path.rename(tmp_path / "moved-away")
        path.write_text(line("Order Paid", "u1") + 9 * line("Order Paid", "u2") + line("Order Sent", "u1")[:20])
        assert json.loads(running.line())["message"]["event"] == "Order Paid"
        with path.open("a") as file:
            file.write(line("Order Sent", "u1")[20:])
        assert json.loads(running.line())["message"]["event"] == "Order Sent"
        assert running.interrupted() == (130, "", "")


def said(event: str, user: str) -> dict[str, str]:
    return {"type": "track", "event": event, "userId": user, "timestamp": AT}


def line(event: str, user: str) -> str:
    return json.dumps(said(event, user)) + "\n"


def test_where_nothing_listens_the_cure_is_named(nobody: str) -> None:
    done = segment_web("tail", "--url", nobody)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"nothing listens at {nobody}: start a collector there with `segment-web collector`" in done.stderr


def test_another_server_is_not_followed(app: Flask, server: CollectorServer) -> None:
    """In Flask's own command: the body is the same."""
    done = app.test_cli_runner().invoke(args=["segment", "tail", "--url", f"{server.url}/v1"])
    assert done.exit_code == 2
    assert "is no collector of segment_web" in done.output


def test_a_folder_is_no_file(app: Flask, tmp_path: Path) -> None:
    done = app.test_cli_runner().invoke(args=["segment", "tail", "--file", str(tmp_path)])
    assert (done.exit_code, f"cannot read {tmp_path}: Is a directory." in done.output) == (2, True)


def test_a_message_that_is_none_is_shown(server: CollectorServer) -> None:
    post(server, 7, ["no", "message"])
    with closing(CollectorFeed(server.url)) as feed:
        shown = [seen.line(Output(io.StringIO())).split()[1:] for seen in feed.begin(2)]
    assert [line[:4] for line in shown] == [["?", "nobody", "✗", "discarded:"]] * 2


def test_rows_that_are_no_collectors_are_refused() -> None:
    app = Flask("no collector")
    app.add_url_rule("/api/stats", "stats", lambda: {"epoch": "e"})
    app.add_url_rule("/api/messages", "messages", lambda: {"messages": [1]})
    refused = pytest.raises(ConfigError, match="is no collector")
    with serving(app, tls=False) as port, closing(CollectorFeed(f"http://127.0.0.1:{port}")) as feed, refused:
        feed.begin(1)


@pytest.fixture
def app() -> Flask:
    from segment_web.flask import Segment

    made = Flask("shop")
    Segment(made, write_key="key", delivery="null")
    return made


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (
            {"type": "page", "properties": {"path": "/a", "title": "A b"}, "anonymousId": "x"},
            'page /a anon x title="A b"',
        ),
        (
            {"type": "identify", "userId": "u", "traits": {"plan": "pro", "tags": ["a"], "ids": [*range(99)]}},
            'identify u plan=pro tags=["a"] ids=[99 items]',
        ),
        ({"type": "group", "groupId": "acme", "userId": "u", "traits": {"deep": {"a": 1}}}, "group acme u deep={…}"),
        ({"type": "alias", "previousId": "a", "userId": "u"}, "alias a → u u"),
        ({"type": ["x"], "event": {}, "properties": 7}, "? nobody"),
    ],
)
def test_a_line_of_each_type(message: dict[str, object], text: str) -> None:
    shown = ShownMessage(AT, "accepted", None, message).line(Output(io.StringIO()))
    assert shown.split()[1:] == text.split()


def test_a_line_fits_its_terminal_and_has_colours_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    seen = ShownMessage(
        AT, "accepted", None, {**said("Order Completed", "u1"), "properties": {f"key{n}": n for n in range(50)}}
    )
    plain, coloured = (seen.line(Output(io.StringIO(), colour=colour)) for colour in (False, True))
    assert len(plain) <= 120
    assert plain.endswith("…")
    assert "\x1b[34mtrack" in coloured


def test_nothing_is_wanted_means_everything() -> None:
    seen = ShownMessage(AT, "accepted", None, {"type": "page", "name": "Home", "anonymousId": "a1"})
    assert Wanted().has(seen)
    assert Wanted(types=("page",), events=("Ho*",), users=("b", "a1")).has(seen)
    assert not any(
        wanted.has(seen) for wanted in (Wanted(types=("track",)), Wanted(events=("home",)), Wanted(users=("a",)))
    )
