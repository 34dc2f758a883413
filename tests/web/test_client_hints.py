"""userAgentData from client hints."""

from __future__ import annotations

import pytest

from segment_web.web.context.client_hints import ASKED_FOR, ask_for_more, user_agent_data
from tests.core.plain_request import PlainRequest
from tests.web.visitor import PlainResponse

CHROME = {
    "Sec-CH-UA": '"Chromium";v="124", "Google Chrome";v="124", "Not-A.Brand";v="99"',
    "Sec-CH-UA-Mobile": "?0",
    "Sec-CH-UA-Platform": '"Windows"',
}


def data(**changed: str) -> dict[str, object] | None:
    headers = CHROME | {f"Sec-CH-{name.replace('_', '-')}": value for name, value in changed.items()}
    return user_agent_data(lambda name: headers.get(name, ""))


def test_the_three_headers_that_chromium_always_sends_are_enough() -> None:
    assert data() == {
        "brands": [
            {"brand": "Chromium", "version": "124"},
            {"brand": "Google Chrome", "version": "124"},
            {"brand": "Not-A.Brand", "version": "99"},
        ],
        "mobile": False,
        "platform": "Windows",
    }


def test_hints_that_were_asked_for_are_added() -> None:
    found = data(
        UA_Mobile="?1",
        UA_Arch='"x86"',
        UA_Bitness='"64"',
        UA_Model='"Pixel 8"',
        UA_Platform_Version='"14.0.0"',
        UA_Full_Version='"124.0.6367.61"',
        UA_Full_Version_List='"Chromium";v="124.0.6367.61"',
        UA_WoW64="?0",
    )
    assert found is not None
    del found["brands"], found["platform"]
    assert found == {
        "mobile": True,
        "architecture": "x86",
        "bitness": "64",
        "model": "Pixel 8",
        "platformVersion": "14.0.0",
        "uaFullVersion": "124.0.6367.61",
        "fullVersionList": [{"brand": "Chromium", "version": "124.0.6367.61"}],
        "wow64": False,
    }


def test_brands_may_hold_separators_and_escapes_as_browsers_send_them_on_purpose() -> None:
    found = data(UA=r'" Not;A, \"Brand\\";v="99";x=1,"Chromium" ; v="9"')
    assert found is not None
    assert found["brands"] == [{"brand": ' Not;A, "Brand\\', "version": "99"}, {"brand": "Chromium", "version": "9"}]


@pytest.mark.parametrize(
    "changed",
    [
        {"UA": ""},
        {"UA": '"Chromium'},
        {"UA": '"Chromium";v="1" junk'},
        {"UA": '"Chromium";v="1", junk'},
        {"UA": "Chromium;v=1"},
        {"UA": '"a";v="1",' * 999},
        {"UA_Mobile": ""},
        {"UA_Mobile": "1"},
        {"UA_Platform": ""},
        {"UA_Platform": '""'},
        {"UA_Platform": "x" * 2_000},
    ],
)
def test_there_is_no_object_unless_brands_mobile_and_platform_are_known(changed: dict[str, str]) -> None:
    assert data(**changed) is None


def test_callers_get_objects_of_their_own() -> None:
    first = data()
    assert first is not None
    first["brands"].clear()  # type: ignore[attr-defined]
    assert data() != first


def test_each_hint_of_segments_documentation_is_asked_for() -> None:
    names = ("Arch", "Bitness", "Model", "Platform-Version", "Full-Version", "Full-Version-List", "WoW64")
    assert ASKED_FOR.split(", ") == [f"Sec-CH-UA-{name}" for name in names]


@pytest.mark.parametrize(
    ("secure", "headers", "asked"),
    [
        (True, {"Content-Type": "text/html; charset=utf-8"}, ASKED_FOR),
        (True, {"Content-Type": "text/html", "Accept-CH": "DPR"}, f"DPR, {ASKED_FOR}"),
        (True, {"Content-Type": "text/html", "Accept-CH": ASKED_FOR}, ASKED_FOR),
        (True, {"Content-Type": "application/json"}, ""),
        (False, {"Content-Type": "text/html"}, ""),
    ],
)
def test_pages_ask_for_the_optional_hints(secure: bool, headers: dict[str, str], asked: str) -> None:
    response = PlainResponse(dict(headers))
    ask_for_more(PlainRequest(secure=secure), response)
    assert response.header("Accept-CH") == asked
    assert response.header("Vary") == ""
