"""From a small OpenStreetMap file to stretches of road."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from territory_access.datasets import osm, roads
from territory_access.datasets.road_form import metric_crs
from territory_access.errors import DataError, MissingDataset

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from territory_access.datasets.road_form import Roads

    type Writer = Callable[..., Path]

CROSS = {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (1, 1), 5: (1, -1), 6: (3, 0)}


def pairs(read: Roads) -> set[tuple[int, int, bool]]:
    table = read.edges
    return {
        (int(u), int(v), bool(one))
        for u, v, one in zip(table["u"], table["v"], table["oneway"], strict=True)
    }


def test_ways_are_cut_where_they_meet_and_nowhere_else(write_osm: Writer) -> None:
    path = write_osm(
        CROSS,
        {
            10: ([1, 2, 3, 6], "highway=residential"),
            11: ([4, 2, 5], "highway=tertiary"),
            12: ([3, 6], "highway=cycleway"),
            13: ([1, 4], "highway=track"),
            14: ([1, 5], "highway=residential | motor_vehicle=no"),
        },
    )
    read = roads.load(path)
    assert pairs(read) == {(1, 2, False), (2, 6, False), (4, 2, False), (2, 5, False)}
    assert read.left_out == {"voies interdites à ce mode": 1}
    assert read.crs == "EPSG:2154"


def test_lengths_are_on_the_ground_and_lines_keep_their_bends(write_osm: Writer) -> None:
    path = write_osm({1: (0, 0), 2: (10, 0), 3: (10, 5)}, {10: ([1, 2, 3], "highway=primary")})
    read = roads.load(path)
    assert read.edges["length"].tolist() == pytest.approx([1500], rel=2e-3)
    line = read.edges["geometry"].iloc[0]
    assert shapely.get_num_coordinates(line) == 3
    assert line.length == pytest.approx(1500, rel=5e-3)
    assert read.nodes.loc[[1, 3], "lat"].tolist() == pytest.approx([47.0, 47.0 + 5 * 0.00089932])


def test_one_ways_run_as_people_drive(write_osm: Writer) -> None:
    path = write_osm(
        CROSS,
        {
            10: ([1, 2], "highway=residential | oneway=yes"),
            11: ([2, 3], "highway=residential | oneway=-1"),
            12: ([2, 4], "highway=residential | oneway=reversible"),
            13: ([2, 5], "highway=motorway"),
        },
    )
    read = roads.load(path)
    assert pairs(read) == {(1, 2, True), (3, 2, True), (2, 5, True)}
    back = read.edges.set_index("osmid").loc[11, "geometry"]
    start = read.nodes.loc[3, ["x", "y"]].to_numpy(float)
    assert np.asarray(back.coords[0]) == pytest.approx(start)
    assert read.left_out == {"voies à sens alternant selon l’heure": 1}


def test_a_roundabout_is_one_way_and_cut_at_each_arm(write_osm: Writer) -> None:
    ring = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (5, 0)}
    path = write_osm(
        ring,
        {
            10: ([1, 2, 3, 4, 1], "highway=tertiary | junction=roundabout"),
            11: ([2, 5], "highway=tertiary"),
        },
    )
    assert pairs(roads.load(path)) == {(1, 2, True), (2, 1, True), (2, 5, False)}


def test_a_loop_road_is_cut_in_two(write_osm: Writer) -> None:
    path = write_osm(
        {1: (0, 0), 2: (1, 0), 3: (2, 1), 4: (2, -1)},
        {10: ([1, 2], "highway=residential"), 11: ([2, 3, 4, 2], "highway=residential")},
    )
    table = roads.load(path).edges
    assert len(table) == 3
    assert (table["u"] != table["v"]).all()


def test_a_bollard_ends_the_road_on_both_sides_for_cars_only(write_osm: Writer) -> None:
    path = write_osm(
        {1: (0, 0), 2: (1, 0), 3: (2, 0)},
        {10: ([1, 2, 3], "highway=residential")},
        tags={2: "barrier=bollard"},
    )
    by_car, on_foot = roads.load(path), roads.load(path, mode="walk")
    ends = set(by_car.edges["u"]) | set(by_car.edges["v"])
    assert len(by_car.edges) == 2
    assert len(ends) == 4  # two dead ends, which do not meet
    assert len(on_foot.edges) == 1


def test_private_roads_are_dropped_and_driveways_only_driven(write_osm: Writer) -> None:
    path = write_osm(
        CROSS,
        {
            10: ([1, 2], "highway=residential"),
            11: ([2, 3], "highway=service | access=private"),
            12: ([2, 4], "highway=service | service=driveway"),
            13: ([2, 5], "highway=service | access=customers"),
        },
    )
    read = roads.load(path)
    table = read.edges.set_index("osmid")
    assert read.left_out == {"voies privées": 1}
    assert table["snap"].to_dict() == {10: True, 12: False, 13: True}
    assert table["access"].astype(str).to_dict() == {10: "open", 12: "open", 13: "destination"}


def test_a_way_cut_by_the_edge_of_the_extract_keeps_its_parts(write_osm: Writer) -> None:
    path = write_osm(
        {1: (0, 0), 2: (1, 0), 4: (3, 0), 5: (4, 0)},
        {10: ([1, 2, 3, 4, 5], "highway=residential"), 11: ([5, 9], "highway=residential")},
    )
    read = roads.load(path)
    assert pairs(read) == {(1, 2, False), (4, 5, False)}
    assert read.left_out == {"voies coupées par le bord de l’extrait": 2}


def test_speeds_and_zones_are_read(write_osm: Writer) -> None:
    path = write_osm(
        CROSS,
        {
            10: ([1, 2], "highway=primary | maxspeed=30 mph"),
            11: ([2, 3], "highway=primary | maxspeed=FR:urban"),
            12: ([2, 4], "highway=primary | zone:traffic=FR:rural"),
            13: ([2, 5], "highway=primary | maxspeed:forward=80 | maxspeed:backward=50"),
        },
    )
    table = roads.load(path).edges.set_index("osmid")
    assert table["maxspeed"].to_dict() == pytest.approx(
        {10: 48.28032, 11: 50, 12: math.nan, 13: 50}, nan_ok=True
    )
    assert table["zone"].astype(str).to_dict() == {10: "", 11: "urban", 12: "rural", 13: ""}


def test_a_ferry_relation_gives_its_ways_their_share(write_osm: Writer) -> None:
    path = write_osm(
        {1: (0, 0), 2: (1, 0), 3: (31, 0), 4: (41, 0), 5: (42, 0)},
        {
            10: ([1, 2], "highway=residential"),
            11: ([2, 3], "route=ferry | motor_vehicle=yes"),
            12: ([3, 4], "route=ferry | motor_vehicle=yes"),
            13: ([4, 5], "highway=residential"),
            14: ([2, 4], "route=ferry | motor_vehicle=yes | duration=PT20M | interval=00:30"),
        },
        relations=[("w:11: w:12:", "type=route | route=ferry | duration=1:00 | interval=90")],
    )
    table = roads.load(path).edges.set_index("osmid")
    assert table.loc[[11, 12, 14], "duration"].tolist() == pytest.approx(
        [2700, 900, 1200], rel=1e-3
    )
    assert table.loc[[11, 12, 14], "headway"].tolist() == [5400, 5400, 1800]
    assert not table.loc[[11, 12, 14], "snap"].any()


def test_turn_restrictions_are_read_for_the_mode(write_osm: Writer) -> None:
    ways = {
        10: ([1, 2], "highway=residential"),
        11: ([2, 3], "highway=residential"),
        12: ([2, 4], "highway=residential"),
    }
    rules = [
        ("w:10:from n:2:via w:12:to", "type=restriction | restriction=no_left_turn"),
        (
            "w:10:from n:2:via w:11:to",
            "type=restriction | restriction=only_straight_on | except=bicycle",
        ),
        ("w:11:from n:2:via w:12:to", "type=restriction | restriction:hgv=no_right_turn"),
        ("w:11:from w:10:via w:12:to", "type=restriction | restriction=no_u_turn"),
        (
            "w:11:from n:2:via w:10:to",
            "type=restriction | restriction:conditional=no_left_turn @ (07:00-09:00)",
        ),
    ]
    path = write_osm(CROSS, ways, relations=rules)
    by_car, by_bike = roads.load(path), roads.load(path, mode="bike")
    assert by_car.turns.to_numpy().tolist() == [[2, 10, 12, False], [2, 10, 11, True]]
    assert by_bike.turns.to_numpy().tolist() == [[2, 10, 12, False]]
    assert by_car.left_out == {
        "interdictions de tourner par une voie, ou incomplètes": 1,
        "interdictions de tourner à certaines heures": 1,
    }
    assert roads.load(path, mode="walk").turns.empty


def test_what_cannot_be_read_is_said(tmp_path: Path, write_osm: Writer) -> None:
    with pytest.raises(MissingDataset, match="n’existe pas"):
        roads.load(tmp_path / "absent.osm.pbf")
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(b"not a map")
    with pytest.raises(DataError, match="illisible"):
        roads.load(broken)
    strange = tmp_path / "roads.docx"
    strange.write_bytes(b"")
    with pytest.raises(DataError, match="genre de réseau inconnu"):
        roads.load(strange)
    footpath = write_osm({1: (0, 0), 2: (1, 0)}, {10: ([1, 2], "highway=footway")})
    with pytest.raises(DataError, match="aucune voie"):
        roads.load(footpath)


@pytest.mark.parametrize(
    "name", ["a.osm", "a.osm.pbf", "a.osm.bz2", "a.graphml", "a.graphml.gz", "a.gpkg", "tables"]
)
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 zip", b"<osm><node id='x'/></osm>"])
def test_whatever_the_bytes_the_answer_is_a_sentence(
    tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    if name == "tables":
        path.mkdir()
        (path / "nodes.parquet").write_bytes(content)
        (path / "edges.parquet").write_bytes(content)
    else:
        path.write_bytes(content)
    with pytest.raises(DataError):
        roads.load(path)


def test_cutting_puts_every_part_of_every_way_once() -> None:
    refs, sizes = np.array([1, 2, 3, 4, 9, 3, 8]), np.array([4, 3])
    parts = osm.cut(refs, sizes, {2})
    spans = list(zip(parts.first.tolist(), parts.last.tolist(), strict=True))
    assert spans == [(0, 1), (1, 2), (2, 3), (4, 5), (5, 6)]
    assert parts.way.tolist() == [0, 0, 0, 1, 1]


def test_the_plane_depends_on_the_place() -> None:
    assert metric_crs(np.array([-62.8]), np.array([17.9])) == "EPSG:32620"
    assert metric_crs(np.array([55.5]), np.array([-21.1])) == "EPSG:32740"
