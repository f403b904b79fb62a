"""Read a graph that OSMnx made: in memory, as GraphML (compressed or not) or as GeoPackage.

Attributes may be typed or text, one value or the list of merged stretches, and the CRS in any
spelling: files of several OSMnx versions differ.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from territory_access.datasets import osm_values, osm_ways, road_tables
from territory_access.datasets.osm_access import Access, Mode, said
from territory_access.datasets.road_form import Roads, project
from territory_access.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    import networkx as nx
    from shapely import MultiPolygon, Polygon


def load_graphml(path: Path, *, mode: Mode, crs: str | None = None) -> Roads:
    """Return the roads of a GraphML file, compressed (``.gz``, ``.bz2``) or not."""
    import networkx as nx

    try:
        graph = nx.read_graphml(path, force_multigraph=True)
    except (OSError, SyntaxError, nx.NetworkXError) as error:
        raise DataError(
            "{path} : GraphML illisible ({cause}).", path=str(path), cause=str(error)
        ) from error
    return from_graph(graph, mode=mode, crs=crs)


def from_graph(graph: nx.MultiDiGraph, *, mode: str = "car", crs: str | None = None) -> Roads:
    """Return the roads of an OSMnx graph (``osmnx.graph_from_…``, ``osmnx.load_graphml``).

    Parameters
    ----------
    graph
        As OSMnx gives it; ``speed_kph`` and ``travel_time`` are kept where they are.
    mode
        What it was made for.
    crs
        Projected CRS wanted, as in ``roads.load``.

    Raises
    ------
    DataError
        If nodes have no ``x`` and ``y``, or edges no ``length``.
    """
    nodes = pd.DataFrame.from_dict(dict(graph.nodes(data=True)), orient="index")
    nodes = nodes.drop(columns="osmid", errors="ignore").rename_axis("osmid")
    rows = [{**data, "u": u, "v": v} for u, v, data in graph.edges(data=True)]
    source = str(graph.graph["crs"]) if "crs" in graph.graph else None
    return _roads(nodes, pd.DataFrame(rows), source_crs=source, mode=mode, crs=crs)


def fetch(area: Polygon | MultiPolygon, *, mode: str = "car", crs: str | None = None) -> Roads:
    """Return the roads of an area from OpenStreetMap as it is now, over the network, by OSMnx.

    What OSMnx asks for has no ferries, barriers nor turn restrictions: an extract (``.osm.pbf``)
    says more, and gives the same answer tomorrow.

    Parameters
    ----------
    area
        Polygon in longitude and latitude.
    mode
        ``car``, ``bike`` or ``walk``.
    crs
        Projected CRS wanted, as in ``roads.load``.

    Raises
    ------
    DataError
        If OpenStreetMap does not answer, or has no road there.
    """
    import osmnx

    kind = {Mode.CAR: "drive_service", Mode.BIKE: "bike", Mode.WALK: "walk"}[Mode(mode)]
    try:
        graph = osmnx.graph_from_polygon(area, network_type=kind, retain_all=True)
    except (OSError, ValueError) as error:
        raise DataError(
            "OpenStreetMap n’a pas donné de routes ({cause}). Téléchargez plutôt un extrait "
            "« .osm.pbf » de Geofabrik (download.geofabrik.de).",
            cause=str(error),
        ) from error
    return from_graph(graph, mode=mode, crs=crs)


def load_geopackage(path: Path, *, mode: Mode, crs: str | None = None) -> Roads:
    """Return the roads of a GeoPackage that OSMnx saved (layers ``nodes`` and ``edges``)."""
    import pyogrio

    try:
        layers = {str(name) for name, _ in pyogrio.list_layers(path)}
    except pyogrio.errors.DataSourceError as error:
        raise DataError(
            "{path} : GeoPackage illisible ({cause}).", path=str(path), cause=str(error)
        ) from error
    if not {"nodes", "edges"} <= layers:
        raise DataError(
            "{path} : couches « nodes » et « edges » attendues, trouvées : {layers}.",
            path=str(path),
            layers=", ".join(sorted(layers)),
        )
    nodes = pyogrio.read_dataframe(path, layer="nodes")
    edges = pyogrio.read_dataframe(path, layer="edges")
    source = nodes.crs.to_string() if nodes.crs else None
    points = pd.DataFrame(
        {"osmid": nodes["osmid"], "x": nodes.geometry.x, "y": nodes.geometry.y}
    ).set_index("osmid")
    if "highway" in nodes:
        points["highway"] = nodes["highway"].to_numpy()
    if {"from", "to"} <= set(edges.columns):
        # undirected rows say here how they were drawn; u and v are only sorted
        edges = edges.drop(columns=["u", "v"]).rename(columns={"from": "u", "to": "v"})
    return _roads(points, pd.DataFrame(edges), source_crs=source, mode=mode, crs=crs)


def _roads(
    nodes: pd.DataFrame,
    edges: pd.DataFrame,
    *,
    source_crs: str | None,
    mode: str,
    crs: str | None,
) -> Roads:
    missing = [f"nœuds : {name}" for name in ("x", "y") if name not in nodes]
    missing += [f"arêtes : {name}" for name in ("u", "v", "length") if name not in edges]
    if missing:
        raise DataError("Graphe OSMnx sans {missing}.", missing=", ".join(missing))
    places = nodes.reset_index()
    signals = places.get("highway", pd.Series("", index=places.index))
    places["signals"] = signals.eq("traffic_signals")
    table = road_tables.locate(places, source_crs=source_crs, crs=crs)
    ids = places["osmid"].astype(str)
    number = pd.Series(_ids(ids).to_numpy(), index=ids)
    table.index = pd.Index(number.to_numpy(), name="osmid")
    target = str(table.pop("crs").iloc[0])
    rows, left_out = _rows(edges, Mode(mode))
    for end in ("u", "v"):
        rows[end] = number.reindex(rows[end].astype(str)).to_numpy()
    if "geometry" in rows:
        rows["geometry"] = _lines(rows["geometry"], source_crs or "EPSG:4326", target)
    streets = road_tables.one_row_a_street(road_tables.complete(rows), declared=True)
    turns = pd.DataFrame({name: [] for name in ("via", "from_way", "to_way", "only")})
    return Roads(table, streets, turns, target, Mode(mode), left_out)


def _ids(ids: pd.Series) -> pd.Series:
    whole = ids.str.fullmatch(r"-?\d{1,18}").all()
    return ids.astype("int64") if whole else pd.Series(range(len(ids)))


def _rows(edges: pd.DataFrame, mode: Mode) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the columns that ``Roads.edges`` wants, read from values of any type."""
    tags = [
        {str(key): _text(value) for key, value in row.items() if _given(value)}
        for row in edges.drop(columns="geometry", errors="ignore").to_dict("records")
    ]
    rows = pd.DataFrame({
        "u": edges["u"],
        "v": edges["v"],
        "length": pd.to_numeric(edges["length"]),
        "osmid": [int(_first(row.get("osmid", "0")) or 0) for row in tags],
        "highway": [_first(row.get("highway", "")) for row in tags],
        "oneway": [row.get("oneway", "").lower() in {"true", "yes", "1"} for row in tags],
        "maxspeed": [osm_values.speed(row.get("maxspeed")) for row in tags],
        "zone": [osm_ways.zone(row) for row in tags],
    })  # fmt: skip
    for name in ("travel_time", "speed_kph"):
        if name in edges:
            rows[name] = pd.to_numeric(edges[name])
    if "geometry" in edges:
        rows["geometry"] = edges["geometry"]
    driveway = pd.Series([_first(row.get("service", "")) == "driveway" for row in tags])
    rows["snap"] = ~rows["highway"].isin(["motorway", "motorway_link", "ferry"]) & ~driveway
    verdict = [said({key: _first(row[key]) for key in row}, mode) for row in tags]
    rows["access"] = [
        "destination" if one is Access.DESTINATION else Access.OPEN.value for one in verdict
    ]
    private = pd.Series([one in {Access.PRIVATE, Access.CLOSED} for one in verdict])
    left_out = {"voies privées": int(private.sum())} if private.any() else {}
    return rows[~private].copy(), left_out


def _given(value: Any) -> bool:  # noqa: ANN401 - attributes of any type
    return value is not None and not (isinstance(value, float) and math.isnan(value))


def _text(value: Any) -> str:  # noqa: ANN401 - attributes of any type
    return ", ".join(map(str, value)) if isinstance(value, list | tuple | set) else str(value)


def _first(text: str) -> str:
    """Return the first value of a list that may have become text.

    >>> _first("['path', 'footway']"), _first("[27342482, 183512690]"), _first("primary")
    ('path', '27342482', 'primary')
    """
    return re.split(r",\s*", text.strip("[]{} "))[0].strip("'\"")


def _lines(lines: pd.Series, source: str, target: str) -> Any:  # noqa: ANN401 - shapely array
    """Return lines in the target CRS; text is WKT, what is missing stays missing."""
    import shapely

    shapes = np.array(
        [shapely.from_wkt(line) if isinstance(line, str) else line for line in lines], dtype=object
    )
    shapes[[line is None or isinstance(line, float) for line in shapes]] = None
    return shapely.transform(
        shapes,
        lambda at: np.column_stack(project(at[:, 0], at[:, 1], source=source, target=target)),
    )
