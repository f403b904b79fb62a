"""Which pairs of points have a car time that the estimate can be measured against."""

from __future__ import annotations

import bz2
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from territory_access.errors import MissingDataset

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SEED = 20_261_121
ASIDE = 0.4  # share of the pairs that no parameter sees
COLUMNS = ["x1", "y1", "x2", "y2", "minutes"]
_NAMESPACE = "{http://graphml.graphdrawing.org/xmlns}"
_SECONDS_PER_MINUTE = 60.0
_KMH = 3.6
# Free speeds by class outside and inside towns, km/h: legal limits less bends and junctions.
RURAL_SPEEDS = {
    "motorway": 125,
    "trunk": 100,
    "primary": 76,
    "secondary": 72,
    "tertiary": 65,
    "unclassified": 50,
    "residential": 30,
    "living_street": 15,
}
URBAN_SPEEDS = {
    "motorway": 90,
    "trunk": 80,
    "primary": 50,
    "secondary": 50,
    "tertiary": 45,
    "unclassified": 40,
    "residential": 30,
    "living_street": 20,
}


def metric(folder: Path) -> pd.DataFrame:
    """Return INSEE's METRIC off-peak minutes between random points of Gironde, the reference.

    Returns
    -------
    ``x1, y1, x2, y2`` (metres, EPSG:2154), ``minutes``, ``osrm_minutes`` and ``aside``: true for
    the pairs that the fit does not see.
    """
    pairs = pd.read_csv(_there(folder / "times" / "gironde_pairs_metric_vs_osrm.csv.gz"))
    names = {"metric_hc_min": "minutes", "osrm_min": "osrm_minutes"}
    pairs = pairs.rename(
        columns=names | {f"{axis}{k}": f"{axis.lower()}{k}" for axis in "XY" for k in "12"}
    )
    pairs["minutes"] = pairs["minutes"].astype(float)
    return _split(pairs[[*COLUMNS, "osrm_minutes"]])


def corsica(folder: Path, places: NDArray[np.float64], *, speeds: str = "table") -> pd.DataFrame:
    """Return least minutes between chefs-lieux on the roads of Corsica: a model, not a measure.

    Parameters
    ----------
    folder
        Data folder.
    places
        Chefs-lieux, ``(n, 2)``, metres.
    speeds
        ``"table"`` for ``RURAL_SPEEDS``, ``"matsim"`` for the low speeds of the file.
    """
    nodes = pd.read_parquet(_there(folder / "roads" / "corsica" / "nodes_2154.parquet"))
    edges = pd.read_parquet(_there(folder / "roads" / "corsica" / "edges.parquet"))
    table = edges["hw"].str.removesuffix("_link").map(RURAL_SPEEDS).fillna(40.0) / _KMH
    speed = edges["freespeed"] if speeds == "matsim" else table
    number = pd.Series(range(len(nodes)), index=nodes.iloc[:, 0])
    roads = _network(
        np.asarray(number[edges["from"]], dtype=np.intp),
        np.asarray(number[edges["to"]], dtype=np.intp),
        (edges["length"] / speed).to_numpy() / _SECONDS_PER_MINUTE,
        size=len(nodes),
    )
    start = cKDTree(nodes[["x", "y"]].to_numpy()).query(places)[1]
    minutes = dijkstra(roads, indices=start, limit=90.0)[:, start]
    first, second = np.triu_indices(len(places), k=1)
    both = (minutes[first, second] + minutes[second, first]) / 2
    drawn = np.random.default_rng(SEED).random(len(both)) < 0.1  # a tenth says as much as all
    keep = np.isfinite(both) & drawn
    return _split(_pairs(places[first[keep]], places[second[keep]], both[keep]))


def nantes(folder: Path) -> pd.DataFrame:
    """Return least minutes between random crossings of the city of Nantes: free flow, a model."""
    xy, (tail, head), minutes = _graphml(folder / "roads" / "nantes" / "SGdrive_Nantes.graphml.bz2")
    roads = _network(tail, head, minutes, size=len(xy))
    parts = connected_components(roads, connection="strong")[1]
    whole = np.flatnonzero(parts == np.bincount(parts).argmax())
    start, stop = np.random.default_rng(SEED).choice(whole, (2, 250), replace=False)
    there = dijkstra(roads, indices=start)[np.arange(len(start)), stop]
    back = dijkstra(roads, indices=stop)[np.arange(len(start)), start]
    return _split(_pairs(xy[start], xy[stop], (there + back) / 2))


def _graphml(
    path: Path,
) -> tuple[NDArray[np.float64], tuple[NDArray[np.intp], NDArray[np.intp]], NDArray[np.float64]]:
    """Read an OSMnx graph of streets: positions (metres), edges, minutes.

    Speeds are ``URBAN_SPEEDS`` by class, lowered to the posted limit where one is.
    """
    import geopandas as gpd

    names: dict[str, str] = {}
    nodes: dict[str, tuple[float, float]] = {}
    edges = []
    with bz2.open(_there(path)) as file:
        # The file is OpenStreetMap's, kept by the user; it holds no entities.
        for _, element in ET.iterparse(file):  # noqa: S314
            values = {names.get(child.get("key", ""), ""): child.text or "" for child in element}
            match element.tag.removeprefix(_NAMESPACE):
                case "key":
                    names[element.get("id", "")] = element.get("attr.name", "")
                case "node":
                    nodes[element.get("id", "")] = (float(values["x"]), float(values["y"]))
                case "edge":
                    ends = (element.get("source", ""), element.get("target", ""))
                    edges.append(
                        (
                            *ends,
                            values["length"],
                            values.get("highway", ""),
                            values.get("maxspeed", ""),
                        )
                    )
    number = {name: k for k, name in enumerate(nodes)}
    table = pd.DataFrame(edges, columns=["tail", "head", "length", "highway", "limit"])
    kind = table["highway"].str.extract("([a-z_]+)")[0].str.removesuffix("_link")
    limit = pd.to_numeric(table["limit"].str.extract(r"(\d+)")[0]).fillna(np.inf)
    speed = np.minimum(kind.map(URBAN_SPEEDS).fillna(30.0), limit) / _KMH
    lon, lat = zip(*nodes.values(), strict=True)
    points = gpd.GeoSeries.from_xy(lon, lat, crs="EPSG:4326").to_crs("EPSG:2154")
    ends_ = (
        np.asarray(table["tail"].map(number), dtype=np.intp),
        np.asarray(table["head"].map(number), dtype=np.intp),
    )
    minutes = table["length"].astype(float) / speed / _SECONDS_PER_MINUTE
    return np.column_stack([points.x, points.y]), ends_, np.asarray(minutes, dtype=np.float64)


def _network(
    tail: NDArray[np.intp], head: NDArray[np.intp], minutes: NDArray[np.float64], *, size: int
) -> csr_array:
    """Return the matrix of a road network, the quickest of parallel edges kept."""
    edges = pd.DataFrame({"tail": tail, "head": head, "minutes": minutes})
    least = edges.groupby(["tail", "head"], as_index=False)["minutes"].min()
    values = np.maximum(least["minutes"].to_numpy(), 1e-6)
    return csr_array((values, (least["tail"], least["head"])), shape=(size, size))


def _pairs(
    start: NDArray[np.float64], stop: NDArray[np.float64], minutes: NDArray[np.float64]
) -> pd.DataFrame:
    """Return a table of pairs."""
    return pd.DataFrame(np.column_stack([start, stop, minutes]), columns=COLUMNS)


def _split(pairs: pd.DataFrame) -> pd.DataFrame:
    """Put a part of the pairs aside, always the same."""
    return pairs.assign(aside=np.random.default_rng(SEED).random(len(pairs)) < ASIDE)


def _there(path: Path) -> Path:
    """Return the path of a file that is there."""
    if not path.is_file():
        raise MissingDataset(
            "La calibration a besoin de {path} ; voir datasets/README.md pour la source.", path=path
        )
    return path
