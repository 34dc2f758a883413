"""``segment-web demo``: the example shop, walked through by real HTTP, and held against what must arrive."""

from __future__ import annotations

import json
import signal
import time
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from segment_web.collector import CollectorServer
from segment_web.commands.demo.command import opened
from segment_web.commands.demo.evidence import Evidence, Said, gather
from segment_web.commands.demo.expectations import EXPECTATIONS, examine
from segment_web.commands.demo.process import ShopProcess
from segment_web.commands.demo.review import Review
from segment_web.commands.demo.shopper import walk
from segment_web.commands.demo.shops import SHOPS, find
from segment_web.commands.findings import Level
from segment_web.errors import ConfigError
from tests.commands.terminal import CHECKOUT, segment_web
from tests.commands.test_cli import started

pytest.importorskip("django")
pytest.importorskip("waitress")

Change = Callable[[Evidence], Evidence]


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    options = Namespace(framework="django", port=None, collector_port=None, library=None)
    with opened(options, 0, 0) as (shop, collector):
        walked = walk(shop.url)
        shop.stop()
        return gather(walked, collector, exit_code=shop.exit_code)


@pytest.mark.parametrize("framework", SHOPS)
def test_once_finds_everything_and_exits_with_0(tmp_path: Path, framework: str) -> None:
    done = segment_web(
        "demo", "--once", "--framework", framework, cwd=tmp_path
    )  # found beside the package, wherever it is called
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.count("✓") == len(EXPECTATIONS)
    assert "Order Completed" in done.stdout
    assert "\x1b" not in done.stdout


def test_once_in_json_holds_the_whole_messages() -> None:
    done = segment_web("demo", "--once", "--json", SEGMENT_DELIVERY="null", SEGMENT_WRITE_KEY="mine")
    said = json.loads(done.stdout)
    assert (done.returncode, said["ok"], said["framework"]) == (0, True, "django")
    assert len(said["messages"]) >= 12
    assert all(message["messageId"] for message in said["messages"])
    assert len({message["messageId"] for message in said["messages"]}) == len(said["messages"])


def test_a_shop_that_says_too_little_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "quiet_settings.py").write_text(
        "from shop_project.settings import *\nSEGMENT = {**SEGMENT, 'AUTH_EVENTS': False, 'PAGE_VIEWS': False}\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    shop = replace(SHOPS["django"], environ={"DJANGO_SETTINGS_MODULE": "quiet_settings"})
    with (
        CollectorServer() as collector,
        ShopProcess(shop, CHECKOUT / shop.folder, tmp_path, collector.url) as process,
    ):
        walked = walk(process.url)
        process.stop()
        review = Review.of("django", gather(walked, collector, exit_code=process.exit_code), 0.0)
    assert review.exit_code == 1
    complaints = [finding.text for finding in review.report.findings if finding.level is Level.ERROR]
    assert "'page' did not arrive, or not in its place" in complaints
    assert "no page call arrived" in complaints


def test_until_interrupted_both_servers_answer_and_end_with_exit_code_0() -> None:
    with started("demo", "--json", "--port", "0", "--collector-port", "0") as process:
        assert process.stdout is not None
        urls = json.loads(process.stdout.readline())
        with httpx.Client(trust_env=False) as client:
            assert "Otter" in client.get(urls["shop"]).text
            assert client.get(urls["collector"]).status_code == 200
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, json.loads(out), err) == (0, {"closed": True}, "")
    with pytest.raises(httpx.TransportError):
        httpx.get(urls["shop"], trust_env=False)


def test_the_shop_ends_with_a_demo_that_was_killed(tmp_path: Path) -> None:
    with started("demo", "--json", "--port", "0", "--collector-port", "0", TMPDIR=str(tmp_path)) as process:
        assert process.stdout is not None
        shop = json.loads(process.stdout.readline())["shop"]
        process.kill()
    assert until_it_is_gone(f"{shop}/healthz", seconds=20)


def until_it_is_gone(url: str, *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            httpx.get(url, trust_env=False)
        except httpx.TransportError:
            return True
    return False


def test_a_taken_port_is_told_with_the_option_that_helps() -> None:
    with CollectorServer() as collector:
        done = segment_web("demo", "--collector-port", str(collector.port))
    assert done.returncode == 2
    assert "choose another with --collector-port" in done.stderr


@pytest.mark.parametrize("framework", SHOPS)
def test_pages_have_the_snippet_where_there_is_a_library_for_it(tmp_path: Path, framework: str) -> None:
    """Without one the server makes the page calls, and a page asks no other host for anything."""
    (tmp_path / "analytics.min.js").write_text("/* analytics.js */")
    options = Namespace(framework=framework, port=None, collector_port=None, library=tmp_path)
    with opened(options, 0, 0) as (shop, _), httpx.Client(base_url=shop.url, trust_env=False) as visitor:
        assert '"mount":"/a/"' in visitor.get("/").text
        assert visitor.get("/a/analytics.js/v1/demo-write-key/analytics.min.js").text == "/* analytics.js */"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [(("--library", "."), "without a browser"), (("--library", "gone"), "no folder 'gone'")],
)
def test_a_library_that_is_no_use_is_told(arguments: tuple[str, ...], complaint: str) -> None:
    done = segment_web("demo", "--once", *arguments)
    assert done.returncode == 2
    assert complaint in done.stderr


def test_a_framework_without_a_shop_is_one_line() -> None:
    done = segment_web("demo", "--framework", "bottle", "--once")
    assert done.returncode == 2
    assert done.stderr.startswith("segment-web: there is no example shop for 'bottle' here")
    assert done.stderr.count("\n") == 1


def test_an_installed_package_without_the_shops_says_where_they_are(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="clone the repository of segment-web with git and run the demo in the clone"):
        find("flask", places=[tmp_path])


def test_the_walk_met_every_expectation(evidence: Evidence) -> None:
    assert [finding.text for finding in examine(evidence) if finding.level is not Level.OK] == []


def without(label: str) -> Change:
    return lambda evidence: replace(evidence, said=tuple(said for said in evidence.said if said.label != label))


def changed(label: str, **fields: Any) -> Change:
    """The first message of this label says something else; a field of None is absent."""

    def change(evidence: Evidence) -> Evidence:
        said = list(evidence.said)
        place = evidence.place(label)
        message = {**said[place].message, **fields}
        said[place] = Said({name: value for name, value in message.items() if value is not None})
        return replace(evidence, said=tuple(said))

    return change


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (lambda evidence: replace(evidence, exit_code=-9), "the shop ended in order when it was told to"),
        (lambda evidence: replace(evidence, said=evidence.said[:11]), "at least 12 messages arrived"),
        (lambda evidence: replace(evidence, duplicates=1), "nothing was refused, discarded or doubled"),
        (lambda evidence: replace(evidence, discarded=1), "nothing was refused, discarded or doubled"),
        (lambda evidence: replace(evidence, refused=1), "nothing was refused, discarded or doubled"),
        (lambda evidence: replace(evidence, said=evidence.said[::-1]), "every event came, in its order"),
        (without("Product Added"), "every event came, in its order"),
        (without("Order Updated"), "every event came, in its order"),
        (changed("page", context={"campaign": {"name": "other"}}), "the first page knows campaign and referrer"),
        (changed("Product Added", context={}), "every event knows its page and browser"),
        (changed("Products Searched", anonymousId="x"), "before the sign-up: the cookie's anonymous id, no user"),
        (changed("identify", traits={}), "the newsletter's identify: an address, no user"),
        (changed("Order Updated", anonymousId=None), "from sign-up to sign-out: the same anonymous id, one user"),
        (changed("Order Completed", userId="2"), "from sign-up to sign-out: the same anonymous id, one user"),
        (changed("Signed Out", userId=None), "from sign-up to sign-out: the same anonymous id, one user"),
        (changed("Signed In", anonymousId="x"), "after the sign-out: a new anonymous id, no user"),
        (changed("Signed In", userId="2"), "the sign-in: identify and Signed In of the same user"),
        (changed("Order Completed", properties={"total": 5}), "Order Completed says what was bought"),
    ],
)
def test_an_expectation_fails_when_its_evidence_is_taken_away(evidence: Evidence, change: Change, broken: str) -> None:
    failed = [finding.name for finding in examine(change(evidence)) if finding.level is Level.ERROR]
    assert broken in failed
