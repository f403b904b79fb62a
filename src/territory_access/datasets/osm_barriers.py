"""Tell which nodes of OpenStreetMap stop whom: bollards, gates, stiles.

Sources: OSM wiki, ``Key:barrier``; barriers that let cars and bicycles through as in OSRM's public
profiles (``car.lua``, ``bicycle.lua``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.datasets.osm_access import Access, Mode, said

if TYPE_CHECKING:
    from collections.abc import Mapping

# Whom each barrier lets through where no access tag says otherwise; the rest stops everybody.
_ALL = frozenset({
    *("cattle_grid", "border_control", "toll_booth", "sally_port", "gate", "lift_gate"),
    *("swing_gate", "sliding_gate", "bump_gate", "entrance", "height_restrictor", "arch"),
    *("kerb", "no"),
})  # fmt: skip
_NOT_CARS = frozenset({
    *("bollard", "rising_bollard", "block", "chain", "planter", "cycle_barrier"),
    *("motorcycle_barrier", "sump_buster", "bus_trap"),
})  # fmt: skip
_FEET_ONLY = frozenset({
    *("kissing_gate", "stile", "turnstile", "full-height_turnstile", "hampshire_gate"),
    *("horse_stile", "wicket_gate", "jersey_barrier", "log", "rope", "debris", "yes"),
})  # fmt: skip
_PASSES = {
    Mode.CAR: _ALL,
    Mode.BIKE: _ALL | _NOT_CARS,
    Mode.WALK: _ALL | _NOT_CARS | _FEET_ONLY,
}


def blocks(tags: Mapping[str, str], mode: Mode) -> bool:
    """Return whether a node stops this mode: a bollard a car, a closed gate everybody.

    A gate without an access tag is taken as open, as OSRM does.

    >>> blocks({"barrier": "bollard"}, Mode.CAR), blocks({"barrier": "bollard"}, Mode.WALK)
    (True, False)
    >>> blocks({"barrier": "gate", "access": "private"}, Mode.CAR)
    True
    """
    verdict = said(tags, mode)
    if verdict is not None:
        return verdict in {Access.CLOSED, Access.PRIVATE}
    barrier = tags.get("barrier")
    if barrier is None:
        return False
    if barrier == "bollard" and tags.get("bollard") == "rising":
        return False
    return barrier not in _PASSES[mode]
