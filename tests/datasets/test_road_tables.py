"""Plain tables and OSMnx graphs give the same form as an extract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import networkx as nx
import numpy as np
import osmnx
import pandas as pd
import pytest
import shapely

from territory_access.datasets import osmnx_roads, road_tables, roads
from territory_access.errors import DataError, MissingDataset

if TYPE_CHECKING:
    from pathlib import Path

NODES = pd.DataFrame({
    "id": ["7", "8", "9"],
    "x": [1_200_000.0, 1_200_500.0, 1_201_000.0],
    "y": [6_100_000.0, 6_100_000.0, 6_100_000.0],
})  # fmt: skip
EDGES = pd.DataFrame({
    "from": ["7", "8", "8", "8"],
    "to": ["8", "7", "9", "9"],
    "length": [500.0, 500.0, 500.0, 700.0],
    "freespeed": [10.0, 10.0, 20.0, 7.0],
    "hw": ["residential", "residential", "motorway", "tertiary"],
    "lanes": ["1.0", "1.0", "2.0", "1.0"],
})  # fmt: skip


def graph() -> nx.MultiDiGraph:
    """Return a graph as an old OSMnx wrote it: text everywhere, lists as text."""
    made = nx.MultiDiGraph(crs="+proj=longlat +ellps=WGS84 +datum=WGS84 +no_defs")
    for node, (lon, lat) in {11: (-1.55, 47.2), 12: (-1.54, 47.2), 13: (-1.53, 47.21)}.items():
        made.add_node(str(node), x=str(lon), y=str(lat), osmid=str(node))
    made.nodes["12"]["highway"] = "traffic_signals"
    line = "LINESTRING (-1.55 47.2, -1.545 47.201, -1.54 47.2)"
    both = {"osmid": "[5, 6]", "oneway": "False", "length": "780.5", "maxspeed": "['30', '50']"}
    both["highway"] = "['residential', 'tertiary']"
    made.add_edge("11", "12", **both, geometry=line)
    made.add_edge("12", "11", **both, geometry="LINESTRING (-1.54 47.2, -1.545 47.201, -1.55 47.2)")
    made.add_edge("12", "13", osmid="7", oneway="True", length="1350.0", highway="motorway_link")
    made.add_edge("13", "12", osmid="8", oneway="True", length="1350.0", highway="trunk")
    made.add_edge(
        "13", "12", osmid="9", oneway="True", length="99.0", highway="service", access="private"
    )
    return made


def test_directed_rows_are_paired_into_streets() -> None:
    read = road_tables.from_tables(NODES, EDGES, source_crs="EPSG:2154")
    table = read.edges
    assert table[["u", "v", "oneway"]].to_numpy().tolist() == [
        [7, 8, False],
        [8, 9, True],
        [8, 9, True],
    ]
    assert table["key"].tolist() == [0, 0, 1]
    assert table["travel_time"].tolist() == [50.0, 25.0, 100.0]
    assert table["snap"].tolist() == [True, False, True]
    assert read.crs == "EPSG:2154"
    assert read.nodes.loc[7, "lon"] == pytest.approx(9.08, abs=0.1)


def test_opposite_rows_that_differ_in_time_stay_apart() -> None:
    edges = EDGES.assign(freespeed=[10.0, 5.0, 20.0, 7.0])
    table = road_tables.from_tables(NODES, edges, source_crs="EPSG:2154").edges
    assert table["oneway"].tolist() == [True] * 4


def test_a_folder_names_its_own_plane(tmp_path: Path) -> None:
    NODES.to_parquet(tmp_path / "nodes_2154.parquet")
    with pytest.raises(MissingDataset, match="arêtes"):
        roads.load(tmp_path)
    EDGES.to_csv(tmp_path / "edges.csv", index=False)
    read = roads.load(tmp_path)
    assert (read.crs, len(read.edges)) == ("EPSG:2154", 3)


@pytest.mark.parametrize(
    ("nodes", "edges", "said"),
    [
        (NODES, EDGES.drop(columns="length"), "length"),
        (NODES.drop(columns="y"), EDGES, "colonne y"),
        (NODES.iloc[:2], EDGES, "2 arêtes nomment un nœud absent"),
        (NODES, EDGES, "sans CRS"),
    ],
)
def test_tables_that_do_not_fit_are_refused(
    nodes: pd.DataFrame, edges: pd.DataFrame, said: str
) -> None:
    with pytest.raises(DataError, match=said):
        road_tables.from_tables(nodes, edges)


@pytest.mark.parametrize("suffix", ["", ".gz", ".bz2"])
def test_graphml_of_text_is_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"nantes.graphml{suffix}"
    nx.write_graphml(graph(), path)
    read = roads.load(path)
    table = read.edges.set_index("osmid")
    assert len(table) == 3
    assert table.loc[5, ["u", "v", "oneway", "maxspeed", "highway"]].tolist() == [
        *(11, 12, False, 40.0, "residential")
    ]
    assert table["snap"].to_dict() == {5: True, 7: False, 8: True}
    assert read.crs == "EPSG:2154"
    assert read.nodes["signals"].to_dict() == {11: False, 12: True, 13: False}
    assert read.left_out == {"voies privées": 1}
    line = table.loc[5, "geometry"]
    start = read.nodes.loc[11, ["x", "y"]].to_numpy(float)
    assert np.asarray(line.coords[0]) == pytest.approx(start)
    assert table.loc[7, "geometry"] is None


def test_a_typed_graph_says_the_same() -> None:
    read = osmnx_roads.from_graph(graph())
    typed = nx.MultiDiGraph(crs="EPSG:4326")
    for node, data in graph().nodes(data=True):
        known = {**data, "x": float(data["x"]), "y": float(data["y"])}
        typed.add_node(int(node), **{key: known[key] for key in known if key != "osmid"})
    for u, v, data in graph().edges(data=True):
        known = {**data, "length": float(data["length"]), "oneway": data["oneway"] == "True"}
        if "geometry" in known:
            known["geometry"] = shapely.from_wkt(known["geometry"])
            known["highway"] = ["residential", "tertiary"]
            known["maxspeed"], known["osmid"] = ["30", "50"], [5, 6]
        typed.add_edge(int(u), int(v), **known)
    same = osmnx_roads.from_graph(typed)
    pd.testing.assert_frame_equal(read.nodes, same.nodes)
    pd.testing.assert_frame_equal(
        read.edges.drop(columns="geometry"), same.edges.drop(columns="geometry")
    )


def test_a_geopackage_of_osmnx_is_read(tmp_path: Path) -> None:
    path = tmp_path / "roads.gpkg"
    points = gpd.GeoDataFrame(
        {"osmid": [1, 2], "highway": ["", "traffic_signals"]},
        geometry=gpd.points_from_xy([-1.55, -1.54], [47.2, 47.2]),
        crs="EPSG:4326",
    )
    lines = gpd.GeoDataFrame(
        {"u": [1], "v": [2], "key": [0], "from": [2], "to": [1], "length": [760.0]},
        geometry=[shapely.LineString([(-1.54, 47.2), (-1.55, 47.2)])],
        crs="EPSG:4326",
    ).assign(oneway=True, highway="primary", osmid=4)
    points.to_file(path, layer="nodes")
    lines.to_file(path, layer="edges")
    read = roads.load(path)
    assert read.edges[["u", "v", "oneway"]].to_numpy().tolist() == [[2, 1, True]]
    assert read.nodes["signals"].tolist() == [False, True]
    points.to_file(tmp_path / "other.gpkg", layer="villes")
    with pytest.raises(DataError, match="couches"):
        roads.load(tmp_path / "other.gpkg")


@pytest.mark.parametrize("directed", [True, False])
def test_what_osmnx_saves_is_read(tmp_path: Path, directed: bool) -> None:
    made = nx.MultiDiGraph(crs="EPSG:4326", simplified=True)
    for node, (lon, lat) in {1: (7.41, 43.73), 2: (7.42, 43.73), 3: (7.42, 43.74)}.items():
        made.add_node(node, x=lon, y=lat, street_count=2)
    both = {"osmid": 5, "highway": "residential", "oneway": False, "length": 800.0}
    made.add_edge(1, 2, **both, reversed=False)
    made.add_edge(2, 1, **both, reversed=True)
    bend = shapely.LineString([(7.42, 43.73), (7.425, 43.735), (7.42, 43.74)])
    merged = {"osmid": [6, 7], "highway": ["primary", "secondary"], "geometry": bend}
    made.add_edge(2, 3, **merged, oneway=True, reversed=False, length=1100.0, maxspeed="50")
    made = osmnx.add_edge_travel_times(osmnx.add_edge_speeds(made))
    osmnx.save_graphml(made, tmp_path / "saved.graphml")
    osmnx.save_graph_geopackage(made, tmp_path / "saved.gpkg", directed=directed)
    for name in ("saved.graphml", "saved.gpkg"):
        table = roads.load(tmp_path / name).edges.set_index("osmid")
        assert table["oneway"].to_dict() == {5: False, 6: True}
        assert table.loc[6, ["u", "v", "highway", "maxspeed"]].tolist() == [2, 3, "primary", 50]
        assert set(table.loc[5, ["u", "v"]]) == {1, 2}
        assert table.loc[6, "travel_time"] == pytest.approx(1100 / 50 * 3.6)
        assert shapely.get_num_coordinates(table.loc[6, "geometry"]) == 3


def test_an_area_may_be_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(area: object, *, network_type: str, retain_all: bool) -> nx.MultiDiGraph:
        assert (area, retain_all) == (square, True)
        asked.append(network_type)
        return graph()

    square = shapely.box(-1.6, 47.1, -1.5, 47.3)
    monkeypatch.setattr(osmnx, "graph_from_polygon", answer)
    assert len(osmnx_roads.fetch(square, mode="walk").edges) == 3
    assert asked == ["walk"]

    def offline(*_: object, **__: object) -> nx.MultiDiGraph:
        message = "pas de réseau"
        raise ConnectionError(message)

    monkeypatch.setattr(osmnx, "graph_from_polygon", offline)
    with pytest.raises(DataError, match="Geofabrik"):
        osmnx_roads.fetch(square)


def test_a_graph_without_places_is_refused() -> None:
    bare = nx.MultiDiGraph(crs="EPSG:4326")
    bare.add_edge(1, 2, length=5.0)
    with pytest.raises(DataError, match="nœuds : x"):
        osmnx_roads.from_graph(bare)
