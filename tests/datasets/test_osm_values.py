"""Free texts of OSM read as people meant them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territory_access.datasets import osm_values


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("00:45", 45),
        ("0:45", 45),
        ("1:45", 105),
        ("01:30:00", 90),
        ("00:04:30", 4.5),
        ("45", 45),
        ("12.5", 12.5),
        ("PT1H30M", 90),
        ("PT45M", 45),
        ("pt20m", 20),
        ("P1DT2H", 26 * 60),
        ("45 min", 45),
        ("45 minutes", 45),
        ("45mn", 45),
        ("1 h 30", 90),
        ("1h30", 90),
        ("1h30min", 90),
        ("2 hours", 120),
        ("1,5 h", 90),
        (" 00:20 ", 20),
    ],
)
def test_a_duration_in_every_spelling(text: str, minutes: float) -> None:
    assert osm_values.duration(text) == pytest.approx(minutes * 60)


@pytest.mark.parametrize(
    "text", [None, "", "0", "00:00", "selon la marée", "PT", "P", "1:2:3:4", "-5"]
)
def test_a_duration_that_says_nothing_is_unknown(text: str | None) -> None:
    assert math.isnan(osm_values.duration(text))


@pytest.mark.parametrize(
    ("text", "kph"),
    [
        ("50", 50),
        ("50 km/h", 50),
        ("30 mph", 48.28032),
        ("10 knots", 18.52),
        ("FR:urban", 50),
        ("fr:rural", 80),
        ("FR:motorway", 130),
        ("FR:zone30", 30),
        ("FR:zone:30", 30),
        ("zone:20", 20),
        ("FR:living_street", 20),
        ("walk", 6),
        ("50; 40", 45),
        ("50|30", 40),
        ("['30', '50']", 40),
        ("['70', 'none']", 70),
    ],
)
def test_a_maxspeed_in_every_spelling(text: str, kph: float) -> None:
    assert osm_values.speed(text) == pytest.approx(kph)


@pytest.mark.parametrize("text", [None, "", "none", "signals", "variable", "0", "fast"])
def test_a_maxspeed_that_limits_nothing_is_unknown(text: str | None) -> None:
    assert math.isnan(osm_values.speed(text))


@given(st.text())
def test_no_text_breaks_the_readers(text: str) -> None:
    for read in (osm_values.duration, osm_values.speed):
        value = read(text)
        assert math.isnan(value) or value > 0
