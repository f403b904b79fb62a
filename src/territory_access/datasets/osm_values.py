"""Tell what the free texts of OpenStreetMap say: speeds, durations, intervals.

The spellings are those of the OSM wiki (``Key:maxspeed``, ``Key:duration``, ``Key:interval``) and
those that real extracts hold. What cannot be read is unknown (``nan``), never zero.
"""

from __future__ import annotations

import math
import re

KPH_PER_MPH = 1.609344
KPH_PER_KNOT = 1.852

# Legal speeds of the places that a maxspeed may name instead of a number. France: code de la
# route, art. R413-2 and R413-3 (motorway 130, other roads 80, built-up areas 50), R110-2 (zone de
# rencontre 20).
_PLACE_KPH = {
    "motorway": 130.0,
    "trunk": 110.0,
    "rural": 80.0,
    "nsl_single": 80.0,
    "urban": 50.0,
    "bicycle_road": 30.0,
    "living_street": 20.0,
    "walk": 6.0,
}
_NUMBER = re.compile(r"(\d+(?:[.,]\d+)?)\s*(mph|knots|km/h|kmh|kph)?")
_ZONE = re.compile(r"zone:?\s*(\d+)")
_ISO = re.compile(
    r"P(?:(?P<d>\d+(?:[.,]\d+)?)D)?"
    r"(?:T(?:(?P<h>\d+(?:[.,]\d+)?)H)?(?:(?P<m>\d+(?:[.,]\d+)?)M)?(?:(?P<s>\d+(?:[.,]\d+)?)S)?)?"
)
_WORDS = re.compile(
    r"(?:(?P<d>\d+(?:[.,]\d+)?)\s*(?:d|days?|j|jours?))?\s*"
    r"(?:(?P<h>\d+(?:[.,]\d+)?)\s*(?:h|hrs?|hours?|heures?))?\s*"
    r"(?:(?P<m>\d+(?:[.,]\d+)?)\s*(?P<unit>m|mn|mins?\.?|minutes?|')?)?\s*"
    r"(?:(?P<s>\d+(?:[.,]\d+)?)\s*(?:s|secs?|seconds?|secondes?))?"
)


def speed(text: str | None) -> float:
    """Return a ``maxspeed`` in km/h, ``nan`` where there is none.

    Several values (``50; 40``, or a list that OSMnx made of merged stretches) give their mean, as
    in OSMnx. ``none`` and ``signals`` are no limit that could be used.

    Parameters
    ----------
    text
        Value of the tag.

    Examples
    --------
    >>> [speed(text) for text in ("50", "30 mph", "FR:urban", "FR:zone30", "['30', '50']")]
    [50.0, 48.28, 50.0, 30.0, 40.0]
    >>> speed("none")
    nan
    """
    if not text:
        return math.nan
    found = [
        value
        for part in re.split(r"[;|]|,(?!\d)", text.strip("[]{}").replace("'", "").lower())
        if math.isfinite(value := _one_speed(part.strip()))
    ]
    return sum(found) / len(found) if found else math.nan


def _one_speed(text: str) -> float:
    place = text.rpartition(":")[2]
    if place in _PLACE_KPH:
        return _PLACE_KPH[place]
    if zone := _ZONE.search(text):
        return float(zone.group(1))
    match = _NUMBER.fullmatch(text)
    if not match:
        return math.nan
    value = float(match.group(1).replace(",", "."))
    factor = {"mph": KPH_PER_MPH, "knots": KPH_PER_KNOT}.get(match.group(2), 1.0)
    return value * factor if value > 0 else math.nan


def duration(text: str | None) -> float:
    """Return a ``duration`` in seconds, ``nan`` where it is missing or cannot be read.

    Spellings: ``HH:MM``, ``H:MM``, ``HH:MM:SS``, ``MM`` (minutes), ISO 8601 (``PT1H30M``), and
    words (``45 min``, ``1 h 30``, ``1h30``).

    Parameters
    ----------
    text
        Value of the tag.

    Examples
    --------
    >>> [duration(text) / 60 for text in ("00:45", "1:45", "45", "PT1H30M", "45 min", "1h30")]
    [45.0, 105.0, 45.0, 90.0, 45.0, 90.0]
    >>> duration("00:04:30")
    270.0
    >>> duration("selon la marée")
    nan
    """
    if not text:
        return math.nan
    clean = text.strip()
    parts = clean.split(":")
    if len(parts) in {2, 3} and all(part.strip().isdecimal() for part in parts):
        numbers = [int(part) for part in parts] + [0] * (3 - len(parts))
        seconds = 3600.0 * numbers[0] + 60.0 * numbers[1] + numbers[2]
    else:
        match = _ISO.fullmatch(clean.upper()) or _WORDS.fullmatch(clean.lower())
        seconds = _seconds_of(match.groupdict()) if match else 0.0
    return seconds if seconds > 0 else math.nan


def _seconds_of(parts: dict[str, str | None]) -> float:
    def number(name: str) -> float:
        return float((parts.get(name) or "0").replace(",", "."))

    return 86400 * number("d") + 3600 * number("h") + 60 * number("m") + number("s")
