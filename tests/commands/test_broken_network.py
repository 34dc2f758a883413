"""What is broken between this machine and Segment: the doctor names each fault and its cure. Real servers."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from segment_web.collector import CollectorServer
from segment_web.commands.doctor.at_once import each
from segment_web.commands.doctor.command import examine
from segment_web.commands.doctor.reach import told
from segment_web.commands.findings import Finding, Level
from segment_web.messages.envelope import Batch
from segment_web.messages.outcome import Outcome
from segment_web.net.failures import FailureKind, NetworkError
from segment_web.settings import Settings, load
from tests.commands.conftest import Told
from tests.commands.servers import Answering, serving
from tests.delivery.certificates import LONG_AGO, Authority
from tests.net.token_server import CLIENT, KEY_ID, TokenServer, key_pair

KEY = "good-key-1234"
HERE = "IP:127.0.0.1"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def found(**settings: Any) -> list[Finding]:
    """What is not well with these settings."""
    examined = examine(load({"write_key": KEY, **settings}), timeout=2.0)
    return [finding for finding in examined if finding.level is not Level.OK]


def the_one(**settings: Any) -> Finding:
    [finding] = found(**settings)
    assert finding.why
    return finding


@pytest.mark.parametrize(
    ("answer", "id", "cure"),
    [
        ({"status": 401}, "probe.wrong_key", "Copy the write key from the source"),
        ({"status": 403}, "probe.wrong_key", "Copy the write key from the source"),
        ({"status": 404}, "probe.wrong_host", "the address in front of /v1/batch"),
        ({"status": 301}, "probe.redirect", "Set SEGMENT_HOST to the address it redirects to"),
        ({"status": 429}, "probe.busy", "Try again later"),
        ({"status": 503}, "probe.busy", "Try again later"),
        ({"status": 400}, "probe.undelivered", "Check SEGMENT_HOST"),
        ({"status": 405}, "probe.undelivered", "Check SEGMENT_HOST"),
        ({"ahead": 7200}, "clock.wrong", "Synchronise it"),
        ({"ahead": -360}, "clock.wrong", "Synchronise it"),
    ],
)
def test_each_answer_has_its_own_cure(answer: dict[str, Any], id: str, cure: str) -> None:
    with serving(**answer) as host:
        finding = the_one(host=host)
    assert finding.id == id
    assert cure in finding.cure


def test_a_clock_that_is_a_few_minutes_off_is_well_enough() -> None:
    with serving(ahead=240) as host:
        assert found(host=host) == []


def test_tls_says_what_is_wrong_with_the_certificate(authority: Authority) -> None:
    contexts = {
        "connection.certificate_expired": authority.server("expired", address=HERE, valid=LONG_AGO),
        "connection.certificate_name": authority.server("misnamed", address="DNS:example.org"),
        "connection.certificate_self_signed": authority.self_signed(),
    }
    cures = ["Renew the certificate", "Write in SEGMENT_HOST the name", "name the file in SEGMENT_CA_FILE"]
    for (id, context), cure in zip(contexts.items(), cures, strict=True):
        with serving(context) as host:
            finding = the_one(host=host, ca_file=str(authority.file))
        assert finding.id == id, finding
        assert cure in finding.cure


def test_an_authority_that_nobody_knows_goes_into_ca_file(authority: Authority) -> None:
    with serving(authority.server("good", address=HERE)) as host:
        finding = the_one(host=host)
        assert finding.id == "connection.certificate_unknown"
        assert "name its PEM file in SEGMENT_CA_FILE" in finding.cure
        assert found(host=host, ca_file=str(authority.file)) == []


def test_a_server_without_tls_is_no_https(server: CollectorServer) -> None:
    finding = the_one(host=server.url.replace("http:", "https:"))
    assert finding.id == "connection.tls"
    assert "write http:// in SEGMENT_HOST" in finding.cure


class Unmade:
    def __init__(self, settings: Settings, alias: str) -> None:
        raise ConnectionError("no broker")


class Refusing:
    def __init__(self, settings: Settings, alias: str) -> None: ...

    def deliver(self, batch: Batch) -> Outcome:
        raise ConnectionError("no broker")

    def close(self) -> None: ...


@pytest.mark.parametrize(
    ("settings", "id", "cure"),
    [
        ({"ca_file": "nowhere.pem"}, "ca_file.unusable", "Mend SEGMENT_CA_FILE"),
        ({"proxy": lambda: "socks5://127.0.0.1:9"}, "proxy.unusable", "Mend SEGMENT_PROXY"),
        ({"proxy": "http://127.0.0.1:9"}, "connection.proxy", "Check SEGMENT_PROXY"),
        ({"host": "https://127.0.0.1:99999"}, "connection.address", "Write SEGMENT_HOST as"),
        ({"delivery": f"{__name__}.Unmade"}, "delivery.broken", "mend what it raises"),
        ({"delivery": f"{__name__}.Refusing"}, "probe.undelivered", "Check SEGMENT_DELIVERY"),
    ],
)
def test_what_cannot_be_used_is_told_before_or_instead_of_a_probe(
    server: CollectorServer, settings: dict[str, Any], id: str, cure: str
) -> None:
    finding = the_one(**{"host": server.url, **settings})
    assert finding.id == id
    assert cure in finding.cure
    assert server.batches == []


def test_nobody_there(nobody: str) -> None:
    finding = the_one(host=nobody)
    assert finding.id == "connection.refused"
    assert "firewall" in finding.cure


@pytest.mark.parametrize(
    ("kind", "id", "setting"),
    [
        (FailureKind.DNS, "connection.name", "{host}"),
        (FailureKind.PROXY, "connection.proxy", "{proxy}"),
        (FailureKind.PROTOCOL, "connection.broken", "{host}"),
    ],
)
def test_what_no_server_of_this_machine_can_show(kind: FailureKind, id: str, setting: str) -> None:
    finding = told(NetworkError(kind, "the name of collector.example could not be resolved"), None)
    assert (finding.id, finding.text[:8]) == (id, "The name")
    assert setting in finding.cure


def test_a_server_that_takes_no_part_in_tls_is_no_unknown_name(hanging: str) -> None:
    examined = list(examine(load({"write_key": KEY, "host": hanging.replace("http:", "https:")}), timeout=0.2))
    assert examined[-1].id == "connection.timeout"


def test_ctrl_c_waits_for_no_look() -> None:
    release, ended = threading.Event(), []

    def look(item: str) -> None:
        if item == "interrupted":
            raise KeyboardInterrupt
        ended.append(release.wait(10))

    with pytest.raises(KeyboardInterrupt):
        list(each(look, ["interrupted", "hangs"]))
    assert ended == []
    release.set()


def test_a_server_that_never_answers(hanging: str) -> None:
    examined = list(examine(load({"write_key": KEY, "host": hanging}), timeout=0.3))
    assert examined[-1].id == "probe.timeout"
    assert "what lies between it and this machine" in examined[-1].cure


@pytest.fixture
def tokens() -> Iterator[TokenServer]:
    with TokenServer() as running:
        yield running


@pytest.mark.parametrize(
    ("client", "id", "cure"),
    [("stranger", "oauth.refused", "Check client_id, key_id and private_key"), (CLIENT, "oauth.unreachable", "region")],
)
def test_an_access_token_that_is_not_to_be_had(
    server: CollectorServer, tokens: TokenServer, client: str, id: str, cure: str
) -> None:
    if client == CLIENT:
        tokens.stop()
    oauth = {"client_id": client, "key_id": KEY_ID, "private_key": key_pair().pem, "host": tokens.url}
    finding = the_one(host=server.url, oauth=oauth)
    assert finding.id == id
    assert cure in finding.cure


def test_each_source_is_asked(server: CollectorServer, bare: Callable[..., Told]) -> None:
    with ExitStack() as running:
        down = running.enter_context(serving(status=404))
        sources = {"mail": {"write_key": "wrong"}, "web": {"write_key": KEY, "host": down}, "lost": {}}
        code, report = bare(write_key=KEY, host=server.url, sources=json.dumps(sources))
    bad = {(finding["source"], finding["id"]) for finding in report["findings"] if finding["level"] == "error"}
    assert code == 1
    assert bad == {("mail", "probe.wrong_key"), ("web", "probe.wrong_host"), ("lost", "write_key.missing")}
    assert len(server.wait_for(1)) == 1, "the good one was reached"


def test_sources_are_asked_together() -> None:
    """By a server that answers nobody before both are there."""
    both = threading.Barrier(2)

    def meet(request: Answering) -> None:
        both.wait(5)
        Answering.do_POST(request)

    with serving(do_POST=meet) as host:
        assert found(host=host, sources={"mail": {"write_key": KEY}}) == []
