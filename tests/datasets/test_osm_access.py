"""Access, one-way and barrier tags, each with its quirks."""

import pytest

from territory_access.datasets.osm_access import (
    Access,
    Direction,
    Mode,
    direction,
    of_ferry,
    of_way,
)
from territory_access.datasets.osm_barriers import blocks

CAR, BIKE, WALK = Mode.CAR, Mode.BIKE, Mode.WALK


@pytest.mark.parametrize(
    ("tags", "mode", "verdict"),
    [
        ("highway=residential", CAR, Access.OPEN),
        ("highway=residential access=no", CAR, Access.CLOSED),
        ("highway=residential access=no motor_vehicle=yes", CAR, Access.OPEN),
        ("highway=residential motor_vehicle=yes motorcar=no", CAR, Access.CLOSED),
        ("highway=residential vehicle=no", CAR, Access.CLOSED),
        ("highway=residential vehicle=no", BIKE, Access.CLOSED),
        ("highway=residential vehicle=no bicycle=yes", BIKE, Access.OPEN),
        ("highway=residential vehicle=no", WALK, Access.OPEN),
        ("highway=service access=private", CAR, Access.PRIVATE),
        ("highway=service access=private;yes", CAR, Access.OPEN),
        ("highway=service access=destination", CAR, Access.DESTINATION),
        ("highway=service access=customers", CAR, Access.DESTINATION),
        ("highway=unclassified access=agricultural;forestry", CAR, Access.CLOSED),
        ("highway=residential access=unknown", CAR, Access.OPEN),
        ("highway=residential access=permissive", CAR, Access.OPEN),
        ("highway=track", CAR, Access.CLOSED),
        ("highway=track access=yes", CAR, Access.CLOSED),
        ("highway=track tracktype=grade1", CAR, Access.OPEN),
        ("highway=track tracktype=grade1 motor_vehicle=no", CAR, Access.CLOSED),
        ("highway=track motorcar=destination", CAR, Access.DESTINATION),
        ("highway=track", BIKE, Access.OPEN),
        ("highway=pedestrian", CAR, Access.CLOSED),
        ("highway=footway", CAR, Access.CLOSED),
        ("highway=footway", BIKE, Access.CLOSED),
        ("highway=footway bicycle=designated", BIKE, Access.OPEN),
        ("highway=steps", WALK, Access.OPEN),
        ("highway=motorway", WALK, Access.CLOSED),
        ("highway=motorway", BIKE, Access.CLOSED),
        ("highway=trunk motorroad=yes", BIKE, Access.CLOSED),
        ("highway=trunk motorroad=yes", CAR, Access.OPEN),
        ("highway=construction", CAR, Access.CLOSED),
        ("highway=pedestrian area=yes", WALK, Access.CLOSED),
        ("highway=service service=emergency_access", CAR, Access.CLOSED),
    ],
)
def test_who_may_use_a_way(tags: str, mode: Mode, verdict: Access) -> None:
    assert of_way(parse(tags), mode) is verdict


@pytest.mark.parametrize(
    ("tags", "mode", "way"),
    [
        ("highway=residential", CAR, Direction.BOTH),
        ("oneway=yes", CAR, Direction.FORWARD),
        ("oneway=1", CAR, Direction.FORWARD),
        ("oneway=true", CAR, Direction.FORWARD),
        ("oneway=-1", CAR, Direction.BACKWARD),
        ("oneway=reverse", CAR, Direction.BACKWARD),
        ("oneway=no", CAR, Direction.BOTH),
        ("oneway=alternating", CAR, Direction.BOTH),
        ("oneway=reversible", CAR, Direction.NONE),
        ("junction=roundabout", CAR, Direction.FORWARD),
        ("junction=circular", CAR, Direction.FORWARD),
        ("junction=roundabout oneway=-1", CAR, Direction.BACKWARD),
        ("highway=motorway", CAR, Direction.FORWARD),
        ("highway=motorway oneway=no", CAR, Direction.BOTH),
        ("highway=motorway_link", CAR, Direction.BOTH),
        ("oneway=yes", WALK, Direction.BOTH),
        ("oneway=yes", BIKE, Direction.FORWARD),
        ("oneway=yes oneway:bicycle=no", BIKE, Direction.BOTH),
        ("oneway=yes cycleway=opposite_lane", BIKE, Direction.BOTH),
        ("oneway=yes oneway:motor_vehicle=no", CAR, Direction.BOTH),
        ("motor_vehicle:backward=no", CAR, Direction.FORWARD),
        ("vehicle:forward=no vehicle:backward=no", CAR, Direction.NONE),
    ],
)
def test_which_way_one_may_go(tags: str, mode: Mode, way: Direction) -> None:
    assert direction(parse(tags), mode) is way


@pytest.mark.parametrize(
    ("tags", "mode", "stops"),
    [
        ("barrier=bollard", CAR, True),
        ("barrier=bollard bollard=rising", CAR, False),
        ("barrier=bollard", BIKE, False),
        ("barrier=gate", CAR, False),
        ("barrier=gate access=private", CAR, True),
        ("barrier=gate access=private", WALK, True),
        ("barrier=gate access=no foot=yes", WALK, False),
        ("barrier=lift_gate motor_vehicle=no", CAR, True),
        ("barrier=lift_gate", CAR, False),
        ("barrier=cycle_barrier", CAR, True),
        ("barrier=stile", BIKE, True),
        ("barrier=stile", WALK, False),
        ("barrier=wall", WALK, True),
        ("barrier=cattle_grid", CAR, False),
        ("barrier=toll_booth", CAR, False),
        ("barrier=block", CAR, True),
        ("highway=traffic_signals", CAR, False),
    ],
)
def test_what_a_node_stops(tags: str, mode: Mode, stops: bool) -> None:
    assert blocks(parse(tags), mode) is stops


@pytest.mark.parametrize(
    ("tags", "mode", "verdict"),
    [
        ("route=ferry", CAR, Access.OPEN),
        ("route=ferry foot=yes", CAR, Access.CLOSED),
        ("route=ferry foot=yes bicycle=yes", CAR, Access.CLOSED),
        ("route=ferry foot=yes motor_vehicle=yes", CAR, Access.OPEN),
        ("route=ferry motor_vehicle=yes motorcar=no", CAR, Access.CLOSED),
        ("route=ferry foot=yes", WALK, Access.OPEN),
        ("route=ferry access=no foot=yes", CAR, Access.CLOSED),
        ("route=ferry access=private", WALK, Access.PRIVATE),
    ],
)
def test_whom_a_boat_takes(tags: str, mode: Mode, verdict: Access) -> None:
    assert of_ferry(parse(tags), mode) is verdict


def parse(tags: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in tags.split())
