"""``segment-web doctor``: what it says of settings, what it sends, and how it ends. What it says of faults is beside."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from segment_web.collector import CollectorServer
from segment_web.commands.doctor.command import examine
from segment_web.commands.doctor.pages import tagged
from segment_web.commands.findings import Finding, Level, error, ok
from segment_web.commands.output import Output
from segment_web.commands.report import Report
from segment_web.settings import Settings, load
from tests.commands.conftest import Told
from tests.commands.terminal import segment_web

KEY = "good-key-1234"


def settings(**options: Any) -> Settings:
    return load({"write_key": KEY, **options})


def bad(findings: list[Finding]) -> list[str]:
    return [finding.id for finding in findings if finding.level is not Level.OK]


def test_a_good_set_up_is_confirmed_and_the_probe_arrives(server: CollectorServer) -> None:
    done = segment_web("doctor", SEGMENT_WRITE_KEY=KEY, SEGMENT_HOST=server.url)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.rstrip().endswith("All is well.")
    assert "***1234" in done.stdout
    assert KEY not in done.stdout
    (message,) = server.wait_for(1)
    assert (message["event"], message["userId"]) == ("segment_web Probe", "segment-web-doctor")


def test_a_wrong_key_is_told_with_its_cure_within_seconds(server: CollectorServer) -> None:
    done = segment_web("doctor", SEGMENT_WRITE_KEY="wrong-key-5678", SEGMENT_HOST=server.url)
    assert (done.returncode, done.stderr) == (1, "")
    assert "✗ probe       The server does not know this write key (HTTP 401). [probe.wrong_key]\n" in done.stdout
    assert "→ Copy the write key from the source" in done.stdout
    assert len(server.batches) == 1  # one probe, not a volley


def test_the_report_for_programs(server: CollectorServer, bare: Callable[..., Told]) -> None:
    code, report = bare(write_key="wrong-key-5678", host=server.url)
    *_, probe = report.pop("findings")
    assert (code, report) == (1, {"ok": False, "errors": 1, "warnings": 0})
    assert {name: probe[name] for name in ("id", "name", "level", "source")} == {
        "id": "probe.wrong_key",
        "name": "probe",
        "level": "error",
        "source": "",
    }
    assert all(probe[name].endswith(".") for name in ("text", "why", "cure"))


def test_no_key_is_an_error_and_nothing_is_sent(server: CollectorServer, bare: Callable[..., Told]) -> None:
    code, report = bare(host=server.url)
    [finding] = [finding for finding in report["findings"] if finding["level"] != "ok"]
    assert (code, finding["id"], finding["level"]) == (1, "write_key.missing", "error")
    assert "SEGMENT_WRITE_KEY" in finding["cure"]
    assert server.batches == []


def test_a_source_without_a_key_is_mended_in_its_own_dict(nobody: str, bare: Callable[..., Told]) -> None:
    _, report = bare("--no-probe", write_key=KEY, host=nobody, sources='{"mail": {}}')
    [finding] = [finding for finding in report["findings"] if finding["level"] == "error"]
    assert finding["cure"].startswith('Set SEGMENT_SOURCES["mail"]["write_key"] to the key')


def test_without_the_probe_the_network_is_left_alone(nobody: str, bare: Callable[..., Told]) -> None:
    code, report = bare("--no-probe", write_key=KEY, host=nobody)
    assert code == 0
    assert {finding["name"] for finding in report["findings"]} == {"write_key", "host", "delivery"}


def test_the_applications_own_stage_does_not_stand_in_the_probes_way(server: CollectorServer) -> None:
    own = {"before_send": [lambda message, scope: None], "source_router": lambda message, scope: "nowhere"}
    found = list(examine(settings(host=server.url, **own)))
    assert bad(found) == []
    assert len(server.wait_for(1)) == 1


@pytest.mark.parametrize(
    ("options", "id"),
    [
        ({"enabled": False}, "enabled.off"),
        ({"bots": "keep"}, "bots.kept"),
        ({"delivery": "console"}, "delivery.local"),
        ({"cookie": {"httponly": True}}, "cookie.httponly"),
        ({"cookie": {"samesite": "Strict"}}, "cookie.strict"),
        ({"cookie": {"domain": "localhost"}}, "cookie.domain"),
        ({"cookie": {"mode": "read"}, "visit": True}, "visit.unkept"),
        ({"cookie": {"mode": "off"}}, "cookie.off"),
        ({"host": "http://collector.example"}, "host.unencrypted"),
    ],
)
def test_settings_that_surprise_are_warned_of(options: dict[str, Any], id: str) -> None:
    [finding] = [found for found in examine(settings(**options), probe=False) if found.level is not Level.OK]
    assert (finding.id, finding.level) == (id, Level.WARNING)
    assert finding.text
    assert finding.why
    assert finding.cure


def test_a_key_that_cannot_be_fetched_is_an_error(server: CollectorServer) -> None:
    def locked_vault() -> str:
        raise ConnectionError("vault")

    found = list(examine(settings(host=server.url, write_key=locked_vault)))
    assert bad(found) == ["write_key.unreadable"]
    assert server.batches == []


def test_a_wrong_setting_is_a_finding_and_not_a_traceback(bare: Callable[..., Told]) -> None:
    code, report = bare(region="mars")
    [finding] = report["findings"]
    assert (code, finding["id"]) == (1, "settings")
    assert finding["text"] == "environment variable SEGMENT_REGION must be one of 'us', 'eu', not 'mars'."


class Narrow(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_long_sentences_are_wrapped_beside_their_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    report = Report(
        (ok("host", "here"), error("probe.busy", "long " * 15 + "text.", why="why " * 20, cure="cure " * 20))
    )
    for colour in (False, True):
        written = Narrow()
        Output(written, colour=colour).show(report)
        assert ("\x1b[31m✗" in written.getvalue()) is colour
        assert all(len(line) <= 60 for line in written.getvalue().splitlines() if "\x1b" not in line)
    piped = io.StringIO()
    Output(piped).show(report)
    assert piped.getvalue().count("\n") == 6


def test_a_pipe_among_the_templates_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "page.html")
    looked = threading.Event()
    threading.Thread(target=lambda: (tagged([tmp_path]), looked.set()), daemon=True).start()
    assert looked.wait(60)
