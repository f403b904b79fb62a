"""Tell who may travel on an OpenStreetMap way, and in which direction.

Sources: OSM wiki, ``Key:access`` (the most specific key wins), ``Key:oneway`` and ``OSM tags for
routing/Access restrictions``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Mode(StrEnum):
    """How people travel."""

    CAR = "car"
    BIKE = "bike"
    WALK = "walk"


class Access(StrEnum):
    """What a way or a node allows."""

    OPEN = "open"
    DESTINATION = "destination"  # to reach an end of the journey, not to drive through
    PRIVATE = "private"
    CLOSED = "closed"


class Direction(StrEnum):
    """How a way may be followed, as it was drawn."""

    BOTH = "both"
    FORWARD = "forward"
    BACKWARD = "backward"
    NONE = "none"


# From the most specific key to the least.
KEYS = {
    Mode.CAR: ("motorcar", "motor_vehicle", "vehicle", "access"),
    Mode.BIKE: ("bicycle", "vehicle", "access"),
    Mode.WALK: ("foot", "access"),
}
_MAIN = frozenset({"trunk", "primary", "secondary", "tertiary"})
_LINKS = frozenset(f"{name}_link" for name in _MAIN)
_STREETS = frozenset({"unclassified", "residential", "living_street", "service", "road"})
_MOTORWAYS = frozenset({"motorway", "motorway_link"})
_PATHS = frozenset({"track", "path", "cycleway", "footway", "pedestrian", "bridleway", "steps"})
_BY_DEFAULT = {
    Mode.CAR: _MOTORWAYS | _MAIN | _LINKS | _STREETS,
    Mode.BIKE: _MAIN | _LINKS | _STREETS | {"track", "path", "cycleway", "pedestrian"},
    Mode.WALK: _MAIN | _LINKS | _STREETS | _PATHS,
}
# Ways that a mode may use where a tag of the mode's own says so.
_IF_TAGGED = {
    Mode.CAR: frozenset({"track", "pedestrian"}),
    Mode.BIKE: frozenset({"footway", "bridleway"}),
    Mode.WALK: frozenset({"corridor"}),
}

_CLOSED = frozenset(
    [
        "no",
        "agricultural",
        "forestry",
        "emergency",
        "psv",
        "bus",
        "taxi",
        "hov",
        "military",
        "use_sidepath",
        "dismount",
        "official",
        "restricted",
        "school",
    ]
)
_PRIVATE = frozenset(
    ["private", "permit", "residents", "resident", "employees", "staff", "members", "delivery"]
)
_DESTINATION = frozenset(["destination", "customers", "customer", "visitors"])
_VERDICT = (
    dict.fromkeys(_CLOSED, Access.CLOSED)
    | dict.fromkeys(_PRIVATE, Access.PRIVATE)
    | dict.fromkeys(_DESTINATION, Access.DESTINATION)
)
_LENIENT = [Access.OPEN, Access.DESTINATION, Access.PRIVATE, Access.CLOSED]
_YES, _BACK = frozenset({"yes", "true", "1"}), frozenset({"-1", "reverse"})


def concerns(highway: str, mode: Mode) -> bool:
    """Return whether a mode may use this class of road, by default or where a tag says so.

    >>> concerns("track", Mode.CAR), concerns("footway", Mode.CAR)
    (True, False)
    """
    return highway in _BY_DEFAULT[mode] or highway in _IF_TAGGED[mode]


def said(tags: Mapping[str, str], mode: Mode, *, suffix: str = "") -> Access | None:
    """Return what the most specific access tag says, or ``None`` where there is none.

    >>> said({"access": "no", "motorcar": "destination"}, Mode.CAR)
    <Access.DESTINATION: 'destination'>
    >>> said({"access": "private; yes"}, Mode.CAR)
    <Access.OPEN: 'open'>
    """
    for key in KEYS[mode]:
        value = tags.get(key + suffix)
        if value and value != "unknown":
            verdicts = [_VERDICT.get(part.strip(), Access.OPEN) for part in value.split(";")]
            return min(verdicts, key=_LENIENT.index)
    return None


def of_way(tags: Mapping[str, str], mode: Mode) -> Access:
    """Return whether a way with a ``highway`` tag is for this mode.

    A track is a car's road where it is paved (``tracktype=grade1``) or where a tag of motor
    vehicles says so.

    >>> of_way({"highway": "track", "motor_vehicle": "yes"}, Mode.CAR)
    <Access.OPEN: 'open'>
    >>> of_way({"highway": "cycleway"}, Mode.CAR)
    <Access.CLOSED: 'closed'>
    """
    highway = tags.get("highway", "")
    if tags.get("area") == "yes" or tags.get("service") == "emergency_access":
        return Access.CLOSED
    if mode is not Mode.CAR and tags.get("motorroad") == "yes":
        return Access.CLOSED
    verdict = said(tags, mode)
    if highway in _BY_DEFAULT[mode]:
        return verdict or Access.OPEN
    if highway in _IF_TAGGED[mode]:
        tagged = any(tags.get(key, "unknown") != "unknown" for key in KEYS[mode][:-1])
        if tagged and verdict is not None:
            return verdict
        if highway == "track" and tags.get("tracktype") == "grade1":
            return verdict or Access.OPEN
    return Access.CLOSED


def of_ferry(tags: Mapping[str, str], mode: Mode) -> Access:
    """Return whether a ``route=ferry`` takes this mode.

    Where no tag speaks of vehicles, a boat takes cars unless it names foot or bicycle passengers
    only (as in GraphHopper); it takes people on foot unless a tag says no.

    >>> of_ferry({"route": "ferry"}, Mode.CAR)
    <Access.OPEN: 'open'>
    >>> of_ferry({"route": "ferry", "foot": "yes"}, Mode.CAR)
    <Access.CLOSED: 'closed'>
    """
    verdict = said(tags, mode)
    if verdict is not None:
        return verdict
    passengers = "foot" in tags or "bicycle" in tags
    return Access.CLOSED if mode is Mode.CAR and passengers else Access.OPEN


def direction(tags: Mapping[str, str], mode: Mode) -> Direction:
    """Return how a way may be followed.

    Roundabouts, circular junctions and motorways are one-way unless a tag says otherwise. A lane
    that changes direction with the hour (``reversible``) serves nobody reliably: ``NONE``.

    >>> direction({"junction": "roundabout"}, Mode.CAR), direction({"oneway": "-1"}, Mode.CAR)
    (<Direction.FORWARD: 'forward'>, <Direction.BACKWARD: 'backward'>)
    >>> direction({"oneway": "yes", "oneway:bicycle": "no"}, Mode.BIKE)
    <Direction.BOTH: 'both'>
    """
    forward = said(tags, mode, suffix=":forward") in {None, Access.OPEN, Access.DESTINATION}
    backward = said(tags, mode, suffix=":backward") in {None, Access.OPEN, Access.DESTINATION}
    oneway = _oneway(tags, mode)
    if oneway == "reversible":
        return Direction.NONE
    forward = forward and oneway not in _BACK
    backward = backward and oneway not in _YES
    if forward and backward:
        return Direction.BOTH
    if forward:
        return Direction.FORWARD
    return Direction.BACKWARD if backward else Direction.NONE


def _oneway(tags: Mapping[str, str], mode: Mode) -> str:
    if mode is Mode.WALK:
        return tags.get("oneway:foot", "no")
    if mode is Mode.BIKE:
        against = any(
            tags.get(key, "").startswith("opposite")
            for key in ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both")
        )
        if against:
            return "no"
        if "oneway:bicycle" in tags:
            return tags["oneway:bicycle"]
    else:
        for key in ("oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle"):
            if key in tags:
                return tags[key]
    implied = tags.get("highway") == "motorway" or tags.get("junction") in {
        "roundabout",
        "circular",
    }
    return tags.get("oneway", "yes" if implied else "no")
