"""The visitor's locale: the framework's language, else the browser's."""

from __future__ import annotations

import pytest

from segment_web.web.context.locales import locale


@pytest.mark.parametrize(
    ("language", "tag"),
    [
        ("en-us", "en-US"),
        ("pt-br", "pt-BR"),
        ("zh-hans", "zh-Hans"),
        ("zh_Hant_tw", "zh-Hant-TW"),
        ("de", "de"),
        ("DE", "de"),
        ("es-419", "es-419"),
        ("sl-rozaj-biske", "sl-rozaj-biske"),
        ("de-AT-1996", "de-AT-1996"),
        ("en-u-CA-gregory", "en-u-ca-gregory"),
        ("az-Arab-x-AZE-derbend", "az-Arab-x-aze-derbend"),
    ],
)
def test_tags_are_written_in_the_case_of_rfc_5646(language: str, tag: str) -> None:
    assert locale(language, "fr") == tag
    assert locale("", language.replace("_", "-")) == tag


@pytest.mark.parametrize(
    ("accept_language", "tag"),
    [
        ("da, en-gb;q=0.8, en;q=0.7", "da"),
        ("en;q=0.7, da-dk;q=0.701, fr;q=0.5", "da-DK"),
        ("en-gb;q=0.5, fr;q=0.5", "en-GB"),
        ("*, de;q=0.1", "de"),
        ("en;q=0, de;q=0.000", ""),
        ("en;q=2, de;q=-1, fr;q=nan, it;q=0.1234, es ; Q = 0.2", "es"),
        ("*", ""),
        ("x-klingon, 12, ;q=1, en us, \ud800, é", ""),
        ("", ""),
    ],
)
def test_the_heaviest_readable_entry_wins_the_first_of_equals(accept_language: str, tag: str) -> None:
    assert locale("", accept_language) == tag


@pytest.mark.parametrize("language", ["", " ", "e", "english language", "en--us", "a" * 9, "en" + "-abcdefgh" * 9])
def test_a_language_that_is_none_leaves_the_choice_to_the_browser(language: str) -> None:
    assert locale(language, "it-ch") == "it-CH"


def test_a_header_that_is_cut_loses_its_last_entry_only() -> None:
    assert locale("", "de;q=0.5," + "x" * 500 + ",en-us") == "de"
    assert locale("", "de;q=0.5," + " " * 500 + "en-us") == "de"
