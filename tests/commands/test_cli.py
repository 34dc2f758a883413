"""The skin: help, version, exit codes, and how text is written."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys

import httpx
import pytest

import segment_web as package
from segment_web.cli.main import main
from segment_web.commands.output import Output, Style, wants_colour
from tests.commands.terminal import CHECKOUT, PYTHON, environ, segment_web

# A shell may have started the tests with Ctrl-C ignored, which children inherit.
INTERRUPTIBLE = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from segment_web.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


def started(*arguments: str, **settings: str) -> subprocess.Popen[str]:
    """``segment-web`` running beside the test."""
    command = [*PYTHON, "-c", INTERRUPTIBLE, *arguments]
    return subprocess.Popen(
        command, cwd=CHECKOUT, env=environ(**settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_version() -> None:
    done = segment_web("--version")
    assert (done.returncode, done.stdout) == (0, f"segment-web {package.__version__}\n")


def test_without_a_command_the_help_says_what_there_is() -> None:
    done = segment_web()
    assert done.returncode == 2
    for command in ("demo", "collector", "tail", "doctor", "send", "snippet", "stats"):
        assert f"\n    {command}" in done.stderr


def test_stats_are_numbers_of_this_process() -> None:
    done = segment_web("stats", "--json", SEGMENT_WRITE_KEY="key")
    assert (done.returncode, done.stderr) == (0, "")
    said = json.loads(done.stdout)
    assert (said["accepted"], said["dropped"], said["last_error"]) == (0, {}, None)


def test_stats_for_people_say_whose_they_are() -> None:
    done = segment_web("stats", SEGMENT_WRITE_KEY="key", SEGMENT_SOURCES='{"mail": {"write_key": "other"}}')
    assert done.stdout.startswith("Counts of this process alone")
    assert "\naccepted                0\n" in done.stdout
    assert "\nsource mail             accepted 0, delivered 0, dropped 0, pending 0\n" in done.stdout


def test_a_wrong_setting_is_one_line() -> None:
    done = segment_web("stats", SEGMENT_BATCH_SIZE="many")
    assert done.returncode == 2
    assert done.stderr == (
        "segment-web: environment variable SEGMENT_BATCH_SIZE must be a whole number between 1 and 2500, not 'many'.\n"
    )


def test_the_collector_says_where_it_is_takes_messages_and_ends_with_ctrl_c() -> None:
    with started("collector", "--port", "0", "--json") as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        answer = httpx.post(f"{url}/v1/track", json={"event": "X", "userId": "1"}, auth=("any", ""), trust_env=False)
        assert answer.json() == {"success": True}
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=30) == ("", "")
    assert process.returncode == 0


def test_a_taken_port_is_one_line() -> None:
    with started("collector", "--port", "0", "--json") as process:
        assert process.stdout is not None
        port = json.loads(process.stdout.readline())["url"].rpartition(":")[2]
        done = segment_web("collector", "--port", port)
        # Without warnings as errors: waitress leaves behind what it could not bind.
        shop = [sys.executable, "-m", "segment_web.commands.demo.server", "wsgiref.simple_server:demo_app", port]
        demo = subprocess.run(shop, cwd=CHECKOUT, env=environ(), capture_output=True, text=True, check=False)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    sentence = f"cannot listen on 127.0.0.1:{port}: Address already in use; choose another with --port"
    assert (done.returncode, done.stderr) == (2, f"segment-web: {sentence} or --host.\n")
    assert (demo.returncode, demo.stderr) == (1, f"{sentence}.\n")


def test_a_reader_that_has_seen_enough_is_no_traceback() -> None:
    with started("stats") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode in (0, 1)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_colour_is_for_terminals_whose_user_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert wants_colour(Terminal())
    assert not wants_colour(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not wants_colour(Terminal())


def test_styled_text_carries_no_control_characters_of_its_own() -> None:
    assert Output(Terminal(), colour=True).styled("a\x1b[2Jb", Style.GOOD) == "\x1b[32ma�[2Jb\x1b[0m"
    assert Output(Terminal()).styled("ok", Style.GOOD) == "ok"


def test_a_terminal_that_cannot_write_a_sign_gets_a_question_mark() -> None:
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding="ascii", newline="\n")
    Output(stream).line("✓ fine")
    assert written.getvalue() == b"? fine\n"


def test_the_package_is_run_by_its_name() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "segment_web", "--help"],
        cwd=CHECKOUT,
        env=environ(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("usage: segment-web ")


def test_a_document_takes_bytes_that_are_no_text() -> None:
    """As Python keeps them of the environment and of files' names."""
    stream = io.StringIO()
    Output(stream, json=True).document({"text": "a\udcff"})
    assert json.loads(stream.getvalue()) == {"text": "a\udcff"}


@pytest.mark.parametrize("text", ["-1", "nan", "inf", "1e12", "soon"])
def test_a_time_to_wait_is_a_number_of_seconds(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["doctor", "--timeout", text])
    assert "argument --timeout: must be a number of seconds from 0 to 86400" in capsys.readouterr().err
