"""What a page loads: from the CDN by way of this host, from this machine, and without either."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from segment_web.browser.proxy.cache import FIRST_TIMES
from segment_web.collector import CollectorServer
from tests.browser.proxy import cdn as names
from tests.browser.proxy.cdn import KEY, CdnServer, Served
from tests.browser.proxy.conftest import Open
from tests.browser.proxy.page import Page
from tests.contracts.app import Answer
from tests.contracts.said import said


def project(answer: Answer) -> dict[str, Any]:
    assert answer.status == 200
    document: dict[str, Any] = orjson.loads(answer.body)
    return document


@pytest.fixture
def page(open_page: Open, cdn: CdnServer) -> Page:
    return open_page(cdn=cdn.url)


@pytest.mark.parametrize("path", [names.LIBRARY, names.CHUNK, names.DESTINATION])
def test_a_script_comes_from_the_cdn_once(page: Page, cdn: CdnServer, path: str) -> None:
    for _ in range(3):
        answer = page.fetch(path)
        assert (answer.status, answer.body) == (200, cdn.files[path].body)
        assert answer.all("Content-Type") == ["text/javascript; charset=utf-8"]
        assert "public" in answer.all("Cache-Control")[0]
        assert answer.all("Set-Cookie") == []
        assert answer.all("Vary") == page.get("/nothing").all("Vary")  # Flask-Login lets everything vary
    assert cdn.paths() == [path]


def test_what_is_packed_stays_packed(page: Page, cdn: CdnServer) -> None:
    answer = page.fetch(names.OLD_DESTINATION)
    assert answer.body == cdn.files[names.OLD_DESTINATION].body
    assert answer.all("Content-Encoding") == ["gzip"]


def test_settings_are_made_first_party(page: Page, cdn: CdnServer) -> None:
    document = project(page.fetch(names.PROJECT))
    assert document == {
        "integrations": {
            "Segment.io": {"apiKey": KEY, "apiHost": "shop.test/a/v1", "protocol": "http", "bundled": True},
            "Braze": {"a": 1},
        },
        "metrics": {"sampleRate": 0},
        "remotePlugins": [{"name": "Braze", "url": f"http://shop.test/a/{names.DESTINATION}"}],
    }


def test_settings_speak_of_the_host_and_mount_that_were_asked(page: Page) -> None:
    request = page.request("GET", f"/a/{names.PROJECT}", Host="www.shop.test:8443")
    answer = page.app.driver.request(request._replace(scheme="https", mount="/shop"))
    own = project(answer)["integrations"]["Segment.io"]
    assert (own["protocol"], own["apiHost"]) == ("https", "www.shop.test:8443/shop/a/v1")
    assert "private" in answer.all("Cache-Control")[0]


@pytest.mark.parametrize("path", [names.LIBRARY, names.PROJECT])
def test_what_the_browser_has_is_not_sent_again(page: Page, path: str) -> None:
    [tag] = page.fetch(path).all("ETag")
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = page.fetch(path, If_None_Match=known)
        assert (answer.status, answer.body) == (304, b"")
    assert page.fetch(path, If_None_Match='"other"').status == 200


def test_head_is_a_get_without_its_body(page: Page) -> None:
    answer = page.fetch(names.LIBRARY, "HEAD")
    assert (answer.status, answer.body) == (200, b"")


def test_the_cdn_learns_nothing_of_the_visitor(page: Page, cdn: CdnServer) -> None:
    page.cookies["sessionid"] = "s3cret"
    page.fetch(
        f"{names.LIBRARY}?utm_source=x&url=http://evil.example",
        Authorization="Basic s3cret",
        Referer="http://shop.test/private",
        X_Forwarded_For="203.0.113.9",
        Accept_Language="de",
    )
    [asked] = cdn.asked
    assert asked.path == names.LIBRARY
    assert set(asked.headers) == {"host", "accept-encoding", "user-agent", "accept"}
    assert asked.headers["user-agent"].startswith("segment-web-python/")


def test_one_client_that_invents_names_keeps_no_file_from_the_others(page: Page) -> None:
    invented = (names.CHUNK.replace("ajs", f"{number}") for number in range(10 * FIRST_TIMES))
    assert any(page.fetch(path).status == 503 for path in invented)
    request = page.request("GET", f"/a/{names.CHUNK}")
    assert page.app.driver.request(request._replace(peer="203.0.113.8")).status == 200


def test_a_foreign_key_has_no_library_and_no_settings(page: Page, cdn: CdnServer) -> None:
    for path in (names.LIBRARY, names.PROJECT):
        assert page.fetch(path.replace(KEY, "foreign")).status == 404
    assert cdn.asked == []


def test_with_the_cdn_down_from_the_start_events_arrive(page: Page, cdn: CdnServer, segment: CollectorServer) -> None:
    cdn.break_down()
    own = project(page.fetch(names.PROJECT))["integrations"]["Segment.io"]
    assert own == {"apiKey": KEY, "apiHost": "shop.test/a/v1", "protocol": "http"}
    answer = page.fetch(names.LIBRARY)
    assert (answer.status, answer.all("Cache-Control")) == (503, ["no-store"])
    assert answer.all("Retry-After") == ["10"]
    assert len(cdn.asked) == 1  # the second had not to wait for what the first had found out
    assert page.send().status == 200
    assert len(said(page.app, segment)) == 1


def test_a_key_that_the_cdn_does_not_know_has_the_least_settings(page: Page, cdn: CdnServer) -> None:
    del cdn.files[names.PROJECT]
    assert project(page.fetch(names.PROJECT))["metrics"] == {"sampleRate": 0}


@pytest.mark.parametrize(
    "served",
    [
        Served(b"moved", 302, (("Location", "http://127.0.0.1:1/"),)),
        Served(b"<html>", headers=(("Content-Type", "text/html"),)),
        Served(b"x", headers=(("Content-Encoding", "br"),)),
        Served(b"x" * (4 * 1024 * 1024 + 1)),
        Served(b""),
    ],
    ids=["redirect", "a page", "brotli", "endless", "empty"],
)
def test_what_is_no_script_is_not_handed_on(page: Page, cdn: CdnServer, served: Served) -> None:
    cdn.files[names.DESTINATION] = served
    assert [page.fetch(names.DESTINATION).status for _ in range(2)] == [404, 404]
    assert page.fetch(names.LIBRARY).status == 200  # which does not rest for it
    assert cdn.paths() == [names.DESTINATION, names.LIBRARY]


@pytest.mark.parametrize("body", [b"junk", b"[]", b'{"integrations":7,"remotePlugins":[7,{}],"metrics":null}'])
def test_settings_that_are_none_start_the_browser_all_the_same(page: Page, cdn: CdnServer, body: bytes) -> None:
    cdn.files[names.PROJECT] = Served(body)
    assert project(page.fetch(names.PROJECT))["integrations"]["Segment.io"]["apiHost"] == "shop.test/a/v1"


def test_a_folder_has_the_library_and_its_chunks(open_page: Open, tmp_path: Path) -> None:
    (tmp_path / "standalone.js").write_bytes(b"local()")
    (tmp_path / names.CHUNK.rpartition("/")[2]).write_bytes(b"chunk()")
    (tmp_path / "secret.js").write_bytes(b"never")
    page = open_page(library=str(tmp_path))
    assert page.fetch(names.LIBRARY).body == b"local()"
    assert page.fetch(names.CHUNK).body == b"chunk()"
    assert page.fetch(names.DESTINATION).status == 404
    assert page.fetch("analytics-next/bundles/secret.js").status == 404
    (tmp_path / "standalone.js").write_bytes(b"changed()")
    assert page.fetch(names.LIBRARY).body == b"changed()"


def test_a_file_is_the_library_and_the_rest_comes_from_the_cdn(open_page: Open, cdn: CdnServer, tmp_path: Path) -> None:
    (tmp_path / "mine.js").write_bytes(b"local()")
    page = open_page(library=tmp_path / "mine.js", cdn=cdn.url)
    assert page.fetch(names.LIBRARY).body == b"local()"
    assert page.fetch(names.CHUNK).body == b"chunk()"
    assert cdn.paths() == [names.CHUNK]


def test_a_listed_origin_may_read_the_settings(open_page: Open) -> None:
    page = open_page(origins=["https://blog.example"])
    answer = page.fetch(names.PROJECT, Origin="https://blog.example")
    assert answer.all("Access-Control-Allow-Origin") == ["https://blog.example"]
    assert page.fetch(names.PROJECT, Origin="https://evil.example").all("Access-Control-Allow-Origin") == []
