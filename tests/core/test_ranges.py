"""Each number setting has a range, in every spelling, and the end of the range is a number that the platform can wait for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

import pytest

from segment_web import Analytics, ConfigError
from segment_web.settings import Settings, load

pytestmark = pytest.mark.once


RANGES: Mapping[str, tuple[float, float]] = {
    "batch_size": (1, 2_500),
    "batch_bytes": (33_000, 475_000),
    "flush_interval": (0, 86_400),
    "queue_size": (1, 10**9),
    "queue_bytes": (33_000, 2**40),
    "max_retries": (0, 10**6),
    "retry_budget": (0, 31_536_000),
    "request_timeout": (0.1, 3_600),
    "rate_limit": (0.001, 10**6),
    "exit_timeout": (0, 86_400),
    "trusted_proxies": (0, 100),
}
SECTIONS: Mapping[tuple[str, str], tuple[float, float]] = {
    ("cookie", "age"): (1, 315_360_000),
    ("visit", "idle"): (1, 34_128_000),
    ("visit", "age"): (1, 315_360_000),
    ("first_party", "rate_limit"): (1, 10**6),
}
WRONG = (math.inf, -math.inf, math.nan, -1, 1e300, 10**400, 10**5_000, True, False, Decimal("Infinity"))


def complaint(code: Any = None, framework: Any = None, environ: Any = None) -> str:
    with pytest.raises(ConfigError) as raised:
        load(code, framework, environ, spelling=lambda name: f'SEGMENT["{name}"]')
    return str(raised.value)


def test_every_number_of_the_settings_is_listed_here() -> None:
    kinds = {setting.name: str(setting.type) for setting in fields(Settings)}
    numbers = {name for name, kind in kinds.items() if "int" in kind or "float" in kind}
    assert numbers - {"integrations"} == set(RANGES)


@pytest.mark.parametrize("name", RANGES)
def test_a_number_outside_of_its_range_is_an_error_with_the_range_in_every_spelling(name: str) -> None:
    least, most = (f"{bound:.15g}" for bound in RANGES[name])
    for wrong in WRONG:
        assert f"option {name} must be a" in (said := complaint({name: wrong}))
        assert f"between {least} and {most}, not " in said
        assert len(said) < 200
        assert f'SEGMENT["{name.upper()}"] must be a' in complaint(None, {name.upper(): wrong})
    for text in ("inf", "-inf", "nan", "1e400", "-1", "9" * 5_000):
        said = complaint(None, None, {f"SEGMENT_{name.upper()}": text})
        assert f"environment variable SEGMENT_{name.upper()} must be a" in said
        assert most in said


@pytest.mark.parametrize(("section", "name"), SECTIONS)
def test_a_section_too(section: str, name: str) -> None:
    least, most = (f"{bound:.15g}" for bound in SECTIONS[section, name])
    for wrong in WRONG:
        assert f'option {section}["{name}"] must be a' in (said := complaint({section: {name: wrong}}))
        assert f"between {least} and {most}, not " in said
    said = complaint(None, None, {f"SEGMENT_{section.upper()}": f'{{"{name}": Infinity}}'})
    assert f'environment variable SEGMENT_{section.upper()}["{name}"] must be a' in said


@pytest.mark.parametrize("end", [0, 1])
def test_both_ends_of_each_range_deliver(end: int) -> None:
    options: dict[str, Any] = {name: bounds[end] for name, bounds in RANGES.items()}
    with Analytics("ranges-write-key", delivery="null", **options) as client:
        assert client.track("Thing Done", user_id="1")
        assert client.flush(5)
    assert client.stats().delivered == 1


@pytest.mark.parametrize("forever", [math.inf, 1e300])
def test_a_wait_for_ever_is_a_wait(forever: float) -> None:
    client = Analytics("ranges-write-key", delivery="null")
    assert client.track("Thing Done", user_id="1")
    assert client.flush(forever)
    assert client.track("Thing Done", user_id="1")
    assert client.close(forever)
    assert client.stats().delivered == 2


@pytest.mark.parametrize("over", [math.nan, -1.0, -math.inf])
def test_a_wait_of_no_time_is_over_at_once(over: float) -> None:
    client = Analytics("ranges-write-key", delivery="null")
    assert client.flush(over), "nothing was accepted yet"
    client.close()
