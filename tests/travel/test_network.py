"""From roads to a graph: delays, turns, boats, parts that hang together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from territory_access.datasets import ferries, road_tables, roads
from territory_access.errors import DataError, NetworkError
from territory_access.travel import network, snap
from territory_access.travel.components import FRAGMENT, ISLAND, MAIN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from territory_access.travel.network import Options, RoadNetwork
    from territory_access.travel.roads.graph import Graph

    type Writer = Callable[..., Path]

STREET = "highway=residential"
FAST = "highway=tertiary"
SPEED = 28.0  # km/h, residential street in the country


def seconds(built: RoadNetwork, start: int, end: int, source: Path) -> float:
    """Return the time between two nodes of the file, at their places, in seconds."""
    nodes = roads.load(source).nodes.loc[[start, end]]
    there = snap.points(built, nodes["x"], nodes["y"])
    origins, destinations = there.origins(), there.destinations()
    best = np.inf
    times = dijkstra(matrix(built.graph))
    for i in range(2):
        for j in range(2):
            a, b = origins.node[0, i], destinations.node[1, j]
            if a >= 0 and b >= 0:
                best = min(best, origins.offset[0, i] + times[a, b] + destinations.offset[1, j])
    straight = snap.direct(there, there)
    same = (straight.origin == 0) & (straight.destination == 1)
    return min([best, *straight.milliseconds[same]]) / 1000


def matrix(graph: Graph) -> csr_array:
    """Return the graph for scipy, to which a time of zero is no arc."""
    times = np.maximum(graph.milliseconds, 1e-6)
    return csr_array((times, graph.head, graph.first), shape=(graph.nodes, graph.nodes))


def build(path: Path, options: Options | None = None, **more: pd.DataFrame) -> RoadNetwork:
    return network.build(roads.load(path), options=options, **more)


@pytest.fixture
def crossing(write_osm: Writer) -> Callable[..., Path]:
    """Return a writer of a crossing of four streets, with ways around it."""

    def write(*rules: tuple[str, str], tags: dict[int, str] | None = None) -> Path:
        return write_osm(
            {1: (0, 0), 2: (5, 0), 3: (10, 0), 4: (5, 5), 5: (5, -5)},
            {
                10: ([1, 2], STREET),
                11: ([2, 3], STREET),
                12: ([2, 4], STREET),
                13: ([2, 5], STREET),
                14: ([1, 4], STREET),
                15: ([4, 3], STREET),
                16: ([3, 5], STREET),
            },
            relations=list(rules),
            tags=tags,
        )

    return write


def test_a_forbidden_turn_sends_round(crossing: Callable[..., Path]) -> None:
    free = crossing()
    usual = seconds(build(free), 1, 5, free)
    banned = crossing(("w:10:from n:2:via w:13:to", "type=restriction | restriction=no_right_turn"))
    built = build(banned)
    assert seconds(built, 1, 5, banned) > usual * 1.3
    assert seconds(built, 5, 1, banned) == pytest.approx(usual, abs=0.01)
    assert seconds(built, 1, 3, banned) == pytest.approx(usual, abs=0.01)
    assert seconds(built, 4, 5, banned) == pytest.approx(usual, abs=0.01)


def test_an_only_turn_forbids_all_others(crossing: Callable[..., Path]) -> None:
    path = crossing(
        ("w:10:from n:2:via w:11:to", "type=restriction | restriction=only_straight_on")
    )
    built = build(path)
    straight = seconds(built, 1, 3, path)
    assert straight == pytest.approx(1000 / SPEED * 3.6, rel=0.01)
    assert seconds(built, 1, 5, path) > straight * 1.3
    assert seconds(built, 4, 5, path) == pytest.approx(straight, rel=0.01)


def test_rules_on_one_arrival_hold_together(crossing: Callable[..., Path]) -> None:
    rule = "type=restriction | restriction=no_{}_turn"
    path = crossing(
        ("w:10:from n:2:via w:13:to", rule.format("right")),
        ("w:10:from n:2:via w:12:to", rule.format("left")),
        ("w:99:from n:2:via w:12:to", rule.format("left")),
    )
    built = build(path)
    straight = 1000 / SPEED * 3.6
    assert seconds(built, 1, 3, path) == pytest.approx(straight, rel=0.01)
    assert seconds(built, 1, 5, path) > straight * 1.3
    assert built.left_out == {"interdictions de tourner sans voie connue": 1}


def test_lights_cost_whoever_meets_them(crossing: Callable[..., Path]) -> None:
    plain = crossing()
    before = seconds(build(plain), 1, 3, plain)
    lit = crossing(tags={2: "highway=traffic_signals"})
    assert seconds(build(lit), 1, 3, lit) == pytest.approx(before + 2, abs=0.01)


def test_the_lesser_road_gives_way(write_osm: Writer) -> None:
    places = {1: (0, 0), 2: (5, 0), 3: (10, 0), 4: (5, 5)}
    ways = {10: ([1, 2], FAST), 11: ([2, 3], FAST), 12: ([4, 2], STREET)}
    path = write_osm(places, ways)
    built = build(path)
    table = roads.load(path).edges.set_index("osmid")["length"] / 1000
    speed = built.stretches.set_index("osmid")["speed_kph"]
    running = table / speed * 3600
    assert seconds(built, 1, 3, path) == pytest.approx(running[10] + running[11], abs=0.01)
    assert seconds(built, 4, 3, path) == pytest.approx(running[12] + 2 + running[11], abs=0.01)
    assert seconds(built, 3, 4, path) == pytest.approx(running[12] + running[11], abs=0.01)


def test_twin_roads_and_loops_keep_their_own_times(write_osm: Writer) -> None:
    path = write_osm(
        {1: (0, 0), 2: (10, 0), 3: (5, 9), 4: (12, 3), 5: (14, -3)},
        {
            10: ([1, 2], STREET),
            11: ([1, 3, 2], STREET),
            12: ([2, 4, 5, 2], STREET),
        },
    )
    built = build(path)
    pairs = built.detail.tail.astype(np.int64) * built.detail.nodes + built.detail.head
    assert len(np.unique(pairs)) == len(pairs)
    assert (built.forward >= 0).all()
    assert built.stretches.set_index("osmid")["pieces"].loc[[10, 11]].tolist() == [1, 2]
    table = built.stretches
    both_ways = 2 * (table["length"] / table["speed_kph"] * 3.6).sum()
    running = built.running[np.concatenate([built.forward, built.backward])].sum() / 1000
    assert running == pytest.approx(both_ways, abs=0.02)


HARBOUR = {1: (0, 0), 2: (10, 0), 3: (60, 0), 4: (70, 0), 5: (70, 10), 6: (70, 20), 7: (80, 20)}
ROADS = {
    10: ([1, 2], STREET),
    11: ([3, 4], STREET),
    12: ([4, 5], STREET),
    13: ([5, 6], STREET),
    14: ([6, 7], STREET),
    15: ([7, 4], STREET),
}


def test_a_boat_costs_boarding_wait_and_crossing_once(write_osm: Writer) -> None:
    boat = "route=ferry | motor_vehicle=yes | duration=00:20 | interval=01:00"
    places = {**HARBOUR, 8: (30, 5), 9: (0, 10), 10: (5, 15), 11: (-5, 10), 12: (-5, 0)}
    more = {17: ([1, 9, 10, 11, 12, 1], STREET)}
    path = write_osm(places, {**ROADS, **more, 16: ([2, 8, 3], boat)}, name="boat.osm")
    built = build(path)
    assert built.components["kind"].tolist() == [MAIN]
    by_road = 2 * 1000 / SPEED * 3.6
    expected = by_road + (15 + 30 + 20) * 60
    assert seconds(built, 1, 4, path) == pytest.approx(expected, rel=2e-3)
    line = built.ferries.iloc[0]
    assert line["used"]
    assert line[["crossing_minutes", "headway_minutes", "boarding_minutes"]].tolist() == (
        pytest.approx([20, 60, 45], rel=1e-3)
    )


def test_a_boat_without_duration_sails_at_15_kph(write_osm: Writer) -> None:
    path = write_osm(HARBOUR, {**ROADS, 16: ([2, 3], "route=ferry | motor_vehicle=yes")})
    line = build(path).ferries.iloc[0]
    assert line["crossing_minutes"] == pytest.approx(5 / 15 * 60, rel=5e-3)
    assert not line["duration_known"]
    assert line["headway_minutes"] == 120
    assert not line["headway_known"]


def test_an_absurd_duration_is_not_believed(write_osm: Writer) -> None:
    boat = "route=ferry | motor_vehicle=yes | duration=00:00:20"
    path = write_osm(HARBOUR, {**ROADS, 16: ([2, 3], boat)})
    assert build(path).ferries["crossing_minutes"].tolist() == pytest.approx([20], rel=5e-3)


def test_a_line_that_stops_at_the_pier_is_joined_to_the_road(write_osm: Writer) -> None:
    places = {**HARBOUR, 8: (12, 0), 9: (58, 0)}
    path = write_osm(places, {**ROADS, 16: ([8, 9], "route=ferry | motor_vehicle=yes")})
    built = build(path)
    assert built.ferries["used"].tolist() == [True]
    assert built.components["kind"].tolist() == [MAIN]
    adrift = {**HARBOUR, 8: (30, 0), 9: (40, 0)}
    lost = build(write_osm(adrift, {**ROADS, 16: ([8, 9], "route=ferry | motor_vehicle=yes")}))
    assert lost.ferries["reason"].tolist() == ["ne touche pas de route des deux côtés"]


def test_a_summer_boat_does_not_sail_in_winter(write_osm: Writer) -> None:
    boat = "route=ferry | motor_vehicle=yes | seasonal=summer | name=Passeur"
    path = write_osm(HARBOUR, {**ROADS, 16: ([2, 3], boat)})
    winter = build(path)
    summer = build(path, network.Options(season="high"))
    assert winter.ferries[["name", "used"]].to_numpy().tolist() == [["Passeur", False]]
    assert winter.ferries["reason"].tolist() == ["ne navigue pas en basse saison"]
    assert len(summer.components) < len(winter.components)
    assert (winter.season, summer.season) == ("low", "high")


def boats(path: Path, **changes: object) -> pd.DataFrame:
    nodes = roads.load(path).nodes
    row = {
        "line": "bac",
        "port_lon": nodes.loc[2, "lon"],
        "port_lat": nodes.loc[2, "lat"],
        "landing_lon": nodes.loc[3, "lon"],
        "landing_lat": nodes.loc[3, "lat"],
        "crossing_minutes": 25.0,
        "sailings_low": 4.0,
        "sailings_high": 12.0,
    }
    return pd.DataFrame([{**row, **changes}] * 2, index=pd.Index(["a", "b"], name="ferry_id"))


def test_a_boat_of_the_table_links_both_shores_by_season(write_osm: Writer) -> None:
    path = write_osm(HARBOUR, ROADS)
    low = build(path, boats=boats(path))
    high = build(path, network.Options(season="high"), boats=boats(path))
    alone = build(path)
    assert alone.components["kind"].tolist() == [MAIN, ISLAND]
    assert low.components["kind"].tolist() == [MAIN]
    assert len(low.ferries) == 1  # two communes of one island, one boat
    by_road = 2 * 1000 / SPEED * 3.6
    assert seconds(low, 1, 4, path) == pytest.approx(by_road + (15 + 90 + 25) * 60, rel=1e-3)
    assert seconds(high, 1, 4, path) == pytest.approx(by_road + (15 + 30 + 25) * 60, rel=1e-3)


def test_the_table_knows_better_than_a_line_without_headway(write_osm: Writer) -> None:
    path = write_osm(HARBOUR, {**ROADS, 16: ([2, 3], "route=ferry | motor_vehicle=yes")})
    built = build(path, boats=boats(path, sailings_low=2.0))
    assert built.ferries["used"].tolist() == [False, True]
    assert built.ferries["reason"].tolist() == ["remplacé par la table des bateaux", ""]
    by_road = 2 * 1000 / SPEED * 3.6
    assert seconds(built, 1, 4, path) == pytest.approx(by_road + (15 + 180 + 25) * 60, rel=1e-3)
    asleep = build(path, boats=boats(path, sailings_low=0.0))
    assert not asleep.ferries["used"].any()
    elsewhere = build(path, boats=boats(path, port_lat=47.9, landing_lat=47.8))
    assert elsewhere.ferries["used"].tolist() == [True, False]


def test_the_boat_of_groix_comes_from_the_embedded_table() -> None:
    boat = ferries.load().loc[["groix"]]
    shores = boat[["port_lon", "port_lat", "landing_lon", "landing_lat"]].iloc[0].astype(float)
    lon = [shores["port_lon"], shores["port_lon"] - 0.02, shores["landing_lon"]]
    lat = [shores["port_lat"], shores["port_lat"], shores["landing_lat"]]
    nodes = pd.DataFrame({"id": range(4), "lon": [*lon, lon[2]], "lat": [*lat, lat[2] - 0.01]})
    rows = pd.DataFrame({"u": [0, 2], "v": [1, 3], "length": [1500.0, 1100.0], "oneway": False})
    made = road_tables.from_tables(nodes, rows.assign(highway="tertiary"))
    linked = network.build(made, boats=boat)
    assert linked.components["kind"].tolist() == [MAIN]
    line = linked.ferries.iloc[0]
    assert line["used"]
    # five boats in twelve hours, 15 min before each: 15 + 144 / 2 + 47.5 min
    assert linked.detail.milliseconds.max() == (15 + 72 + 47.5) * 60_000
    assert network.build(made).components["kind"].tolist() == [MAIN, ISLAND]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sailings_low": 0.0}, "ne navigue pas en basse saison"),
        ({"port_lat": 47.5}, "pas de route à moins de 3 km de l’un des deux ports"),
    ],
)
def test_a_boat_that_cannot_serve_says_why(
    write_osm: Writer, changes: dict[str, object], reason: str
) -> None:
    path = write_osm(HARBOUR, ROADS)
    built = build(path, boats=boats(path, **changes))
    assert built.ferries["used"].tolist() == [False]
    assert built.ferries["reason"].tolist() == [reason]
    with pytest.raises(DataError, match="crossing_minutes"):
        build(path, boats=boats(path).drop(columns="crossing_minutes"))


def test_an_island_is_kept_and_a_fragment_is_not(write_osm: Writer) -> None:
    town = {1: (0, 0), 2: (5, 0), 3: (5, 5), 4: (0, 5), 5: (10, 0), 6: (10, 5), 7: (15, 0)}
    town |= {8: (-5, 0), 9: (-5, 5), 10: (5, 10)}
    near = {11: (7, 2), 12: (8, 2), 13: (8, 3)}
    isle = {21 + i: (60 + i, 0) for i in range(6)}
    path = write_osm(
        town | near | isle,
        {
            10: ([1, 2, 3, 4, 1], STREET),
            11: ([2, 5, 6, 3], STREET),
            12: ([5, 7], STREET),
            18: ([8, 1], STREET),
            19: ([9, 4], STREET),
            20: ([10, 3], STREET),
            13: ([11, 12, 13], STREET + " | oneway=yes"),
            14: ([21, 22, 23], STREET),
            15: ([22, 24], STREET),
            16: ([24, 25, 26], STREET),
            17: ([25, 21], STREET),
        },
    )
    built = build(path)
    kinds = built.components["kind"].value_counts().to_dict()
    assert (kinds[MAIN], kinds[ISLAND]) == (1, 1)
    assert kinds[FRAGMENT] >= 1
    fragment = built.stretches.set_index("osmid").loc[13, "snap"]
    assert not np.any(fragment)
    nodes = roads.load(path).nodes
    there = snap.points(built, nodes.loc[[1, 21, 11], "x"], nodes.loc[[1, 21, 11], "y"])
    assert built.components["kind"].iloc[there.component].tolist() == [MAIN, ISLAND, MAIN]
    assert there.metres[2] > 150


def test_times_of_the_file_serve_where_asked() -> None:
    nodes = pd.DataFrame({"id": [1, 2, 3], "x": [0.0, 1e3, 2e3], "y": [0.0, 0.0, 0.0]})
    edges = pd.DataFrame({"u": [1, 2], "v": [2, 3], "length": [1e3, 1e3], "speed_kph": [36, 72]})
    edges["oneway"] = False
    plain = road_tables.from_tables(nodes, edges, source_crs="EPSG:2154")
    built = network.build(plain)
    assert sorted(built.detail.milliseconds.tolist()) == [50_000, 50_000, 100_000, 100_000]
    assert built.speeds == "temps du fichier"
    named = replace(plain, edges=plain.edges.assign(highway=pd.Categorical(["primary"] * 2)))
    assert network.build(named).speeds == "speeds.csv"
    own = network.build(named, options=network.Options(own_times=True))
    assert own.speeds == "temps du fichier"
    bare = replace(plain, edges=plain.edges.drop(columns="travel_time"))
    with pytest.raises(NetworkError, match="ni temps de parcours"):
        network.build(bare)


def test_boats_alone_are_no_network(write_osm: Writer) -> None:
    path = write_osm({1: (0, 0), 2: (9, 0)}, {10: ([1, 2], "route=ferry")})
    with pytest.raises(NetworkError, match="aucune route"):
        build(path)
